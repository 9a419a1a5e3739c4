using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>What a conversion wrote, or with <see cref="ConvertOptions.DryRun"/> would have written.</summary>
/// <param name="Paths">The file, or its parts in order.</param>
/// <param name="Architecture">The model's <c>general.architecture</c>.</param>
/// <param name="OutputType">What its matrices are; <see cref="ConvertType.Auto"/> where there are none.</param>
/// <param name="Tensors">Its tensors, in order.</param>
/// <param name="Warnings">What was mended or left out, a line each.</param>
public sealed record ConvertReport(
    IReadOnlyList<string> Paths, string Architecture, ConvertType OutputType, IReadOnlyList<ConvertedTensor> Tensors, IReadOnlyList<string> Warnings)
{
    /// <summary>Elements of all tensors.</summary>
    public long Parameters => Tensors.Sum(tensor => tensor.ElementCount);

    /// <summary>Bytes of all tensors.</summary>
    public long Bytes => Tensors.Sum(tensor => tensor.ByteLength);
}

/// <summary>A tensor of a converted file.</summary>
/// <param name="Name">Its GGUF name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Dimensions">Its sizes, the contiguous one first.</param>
public sealed record ConvertedTensor(string Name, GgufTensorType Type, IReadOnlyList<long> Dimensions)
{
    /// <summary>The product of its sizes.</summary>
    public long ElementCount => Dimensions.Aggregate(1L, (product, size) => product * size);

    /// <summary>Bytes that its data takes.</summary>
    public long ByteLength => GgufTensorTypes.ByteLength(Type, ElementCount);
}
