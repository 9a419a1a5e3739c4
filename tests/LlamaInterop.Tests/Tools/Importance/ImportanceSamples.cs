using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Importance;

/// <summary>Small importance matrices made in code.</summary>
internal static class ImportanceSamples
{
    /// <summary>Two chunks of two tokens: a weight of three columns, and one of two columns and two experts, the second of which saw no row.</summary>
    public static ImportanceMatrix Matrix()
    {
        var entries = ImportanceMatrix.NewEntries();
        entries["dense"] = new ImportanceEntry([4, 8, 12], [4]);
        entries["experts"] = new ImportanceEntry([8, 12, 0, 0], [4, 0]);
        return new ImportanceMatrix(entries, 2, 2, ["a.txt", "b.txt"]);
    }

    /// <summary>A GGUF file of one entry.</summary>
    public static string WriteGguf(TemporaryFolder folder, float[] sums, float[] counts)
    {
        var writer = new GgufWriter();
        writer.Set("imatrix.datasets", GgufValue.FromArray(["a.txt"]));
        writer.Set("imatrix.chunk_count", GgufValue.From(1u));
        writer.Set("imatrix.chunk_size", GgufValue.From(1u));
        writer.AddTensor("w.in_sum2", GgufTensorType.F32, [sums.Length], MemoryMarshal.AsBytes(sums.AsSpan()).ToArray());
        writer.AddTensor("w.counts", GgufTensorType.F32, [counts.Length], MemoryMarshal.AsBytes(counts.AsSpan()).ToArray());
        string path = folder.File("m.gguf");
        writer.Write(path);
        return path;
    }
}
