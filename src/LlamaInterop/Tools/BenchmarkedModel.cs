using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>The model of a measurement, as its file describes it.</summary>
/// <param name="Name">The file's <c>general.name</c>, else the name of the file.</param>
/// <param name="Bytes">Of its tensors.</param>
/// <param name="Parameters">Elements of its tensors.</param>
internal sealed record BenchmarkedModel(string Name, long Bytes, long Parameters)
{
    /// <exception cref="GgufException">The file is no sound GGUF file.</exception>
    public static BenchmarkedModel Of(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        string name = file.Metadata.GetStringOrDefault("general.name", Path.GetFileNameWithoutExtension(path));
        return new BenchmarkedModel(name, file.Tensors.Sum(t => t.ByteLength), file.Tensors.Sum(t => t.ElementCount));
    }
}
