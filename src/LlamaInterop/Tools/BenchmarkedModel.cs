using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>The model of a measurement, as its file describes it.</summary>
/// <param name="Name">The file's <c>general.name</c>, else the name of the file.</param>
/// <param name="Path">The file.</param>
/// <param name="Type">What it is in few words: "llama Q4_K".</param>
/// <param name="Bytes">Of its tensors.</param>
/// <param name="Parameters">Elements of its tensors.</param>
internal sealed record BenchmarkedModel(string Name, string Path, string Type, long Bytes, long Parameters)
{
    /// <exception cref="GgufException">The file is no sound GGUF file.</exception>
    public static BenchmarkedModel Of(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        string name = file.Metadata.GetStringOrDefault("general.name", System.IO.Path.GetFileNameWithoutExtension(path));
        string architecture = file.Metadata.GetStringOrDefault("general.architecture", "unknown");
        GgufTensorType most = file.Tensors.GroupBy(t => t.Type).OrderByDescending(types => types.Sum(t => t.ElementCount)).Select(types => types.Key).FirstOrDefault();
        return new BenchmarkedModel(name, path, $"{architecture} {most}", file.Tensors.Sum(t => t.ByteLength), file.Tensors.Sum(t => t.ElementCount));
    }
}
