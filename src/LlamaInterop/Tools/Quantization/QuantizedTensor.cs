using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>What becomes of one tensor.</summary>
/// <param name="Name">Its name in the output; another than the source's only when layers before it are pruned.</param>
/// <param name="Source">The tensor in the input.</param>
/// <param name="Type">Its type in the output.</param>
/// <param name="IsFallback">Whether the type is another than the rules chose, because that one's blocks do not fit its rows.</param>
/// <param name="LacksImportance">Whether it cannot be written without an importance matrix, of which it has no part.</param>
public sealed record QuantizedTensor(string Name, GgufTensorInfo Source, GgufTensorType Type, bool IsFallback, bool LacksImportance)
{
    /// <summary>Whether the data stay as they are.</summary>
    public bool IsCopy => Type == Source.Type;

    /// <summary>The size of the output's data in bytes.</summary>
    public long ByteLength => GgufTensorTypes.ByteLength(Type, Source.ElementCount);
}
