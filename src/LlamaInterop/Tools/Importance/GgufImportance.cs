using System.Runtime.InteropServices;
using System.Text;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>
/// Importance matrices as GGUF: <c>NAME.in_sum2</c> [columns, experts] and <c>NAME.counts</c> [1, experts], both F32, with the keys
/// <c>imatrix.datasets</c>, <c>imatrix.chunk_count</c> and <c>imatrix.chunk_size</c>. Source: llama.cpp, tools/imatrix.
/// </summary>
internal static class GgufImportance
{
    private const string SumsSuffix = ".in_sum2", CountsSuffix = ".counts";
    private const string TypeKey = "general.type", DatasetsKey = "imatrix.datasets", ChunkCountKey = "imatrix.chunk_count", ChunkSizeKey = "imatrix.chunk_size";

    /// <summary>Keys of this library's own, which llama.cpp passes over.</summary>
    private const string SettingsKey = "imatrix.resume.settings", ChunksDoneKey = "imatrix.resume.chunks_done";

    public static bool IsGguf(string path)
    {
        using GgufPart file = GgufPart.Open(path);
        Span<byte> first = stackalloc byte[4];
        if (file.Length < first.Length)
            return false;
        file.Read(0, first);
        return first.SequenceEqual("GGUF"u8);
    }

    public static ImportanceMatrix Read(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        var entries = ImportanceMatrix.NewEntries();
        foreach (GgufTensorInfo tensor in file.Tensors)
        {
            if (tensor.Name.EndsWith(SumsSuffix, StringComparison.Ordinal))
                entries.Add(tensor.Name[..^SumsSuffix.Length], ReadEntry(file, tensor));
            else if (!IsCountOfSums(file, tensor.Name))
                throw new GgufException(GgufCheck.Missing, path, $"tensor '{tensor.Name}' is no part of an importance matrix");
        }
        if (entries.Count == 0)
            throw new GgufException(GgufCheck.Missing, path, $"no importance matrix: it has no tensor *{SumsSuffix}");
        return new(entries, NumberOf(file, ChunkCountKey), NumberOf(file, ChunkSizeKey), file.Metadata.GetStringArray(DatasetsKey))
        {
            ResumePoint = file.Metadata.Contains(SettingsKey) ? new(file.Metadata.GetString(SettingsKey), NumberOf(file, ChunksDoneKey)) : null,
        };
    }

    public static void Write(ImportanceMatrix matrix, string path)
    {
        var writer = new GgufWriter();
        writer.Set(TypeKey, GgufValue.From("imatrix"));
        writer.Set(DatasetsKey, GgufValue.FromArray(matrix.Datasets));
        writer.Set(ChunkCountKey, GgufValue.From((uint)matrix.ChunkCount));
        writer.Set(ChunkSizeKey, GgufValue.From((uint)Math.Max(1, matrix.ChunkSize)));
        if (matrix.ResumePoint is { } point)
        {
            writer.Set(SettingsKey, GgufValue.From(point.Settings));
            writer.Set(ChunksDoneKey, GgufValue.From((uint)point.ChunksDone));
        }
        foreach ((string name, ImportanceEntry entry) in matrix.Entries)
        {
            int experts = entry.Counts.Length;
            Add(writer, path, name + SumsSuffix, experts == 1 ? [entry.Columns] : [entry.Columns, experts], entry.Sums);
            Add(writer, path, name + CountsSuffix, experts == 1 ? [1] : [1, experts], Array.ConvertAll(entry.Counts, count => (float)count));
        }
        writer.Write(path);
    }

    private static bool IsCountOfSums(GgufFile file, string name) =>
        name.EndsWith(CountsSuffix, StringComparison.Ordinal) && file.TryGetTensor(name[..^CountsSuffix.Length] + SumsSuffix, out _);

    private static ImportanceEntry ReadEntry(GgufFile file, GgufTensorInfo sums)
    {
        string name = sums.Name[..^SumsSuffix.Length];
        float[] counts = ReadFloats(file, file.GetTensor(name + CountsSuffix));
        long[] rows = new long[counts.Length];
        for (int e = 0; e < rows.Length; e++)
        {
            if (!(counts[e] is >= 0 and < long.MaxValue))
                throw new GgufException(GgufCheck.ValueRange, file.Path, $"{name}: the count of expert {e} is {counts[e]}");
            rows[e] = (long)MathF.Round(counts[e]);
        }
        return ImportanceFile.Check(file.Path, name, ReadFloats(file, sums), rows);
    }

    private static float[] ReadFloats(GgufFile file, GgufTensorInfo tensor)
    {
        if (tensor.Type != GgufTensorType.F32)
            throw new GgufException(GgufCheck.TensorType, file.Path, $"tensor '{tensor.Name}' is {tensor.Type}, not F32");
        if (tensor.ElementCount > ImportanceFile.MaxElements / sizeof(float))
            throw new GgufException(GgufCheck.ElementCount, file.Path, $"tensor '{tensor.Name}' has {tensor.ElementCount} elements, more than an importance matrix may");
        float[] values = new float[tensor.ElementCount];
        file.ReadTensor(tensor, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static int NumberOf(GgufFile file, string key) => file.Metadata.GetInt32(key) is var number and >= 0
        ? number
        : throw new GgufException(GgufCheck.ValueRange, file.Path, $"key '{key}' is negative");

    private static void Add(GgufWriter writer, string path, string name, ReadOnlySpan<long> dimensions, float[] values)
    {
        if (Encoding.UTF8.GetByteCount(name) > GgufHeader.MaxNameBytes)
            throw new GgufException(GgufCheck.TensorName, path, $"'{name}' is longer than the {GgufHeader.MaxNameBytes} bytes that GGUF has for a name");
        writer.AddTensor(name, GgufTensorType.F32, dimensions, stream => stream.Write(MemoryMarshal.AsBytes(values.AsSpan())));
    }
}
