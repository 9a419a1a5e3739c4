using System.Runtime.InteropServices;
using System.Text;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>
/// Importance matrices in llama.cpp's older format, little-endian: the number of entries; for each the name's length, the name, chunks,
/// the number of values, and the mean squares times the chunks as f32; then, which very old files lack, the chunks of the whole and
/// the dataset's length and name. All numbers are int32. Source: llama.cpp, tools/imatrix.
/// </summary>
internal static class DatImportance
{
    private const int MaxNameBytes = 65535;

    public static ImportanceMatrix Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using var reader = new BinaryReader(file);
            return Read(path, reader);
        }
        catch (EndOfStreamException error)
        {
            throw new GgufException(GgufCheck.Truncated, path, "neither GGUF nor a whole importance matrix of the older format: it ends too soon", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new GgufException(GgufCheck.Read, path, $"cannot be read: {error.Message}", error);
        }
    }

    public static void Write(ImportanceMatrix matrix, string path)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        (string Name, ImportanceEntry Entry)[] known = [.. matrix.Entries.Where(pair => pair.Value.Counts.Max() > 0).Select(pair => (pair.Key, pair.Value))];
        writer.Write(known.Length);
        foreach ((string name, ImportanceEntry entry) in known)
            WriteEntry(writer, name, entry, Math.Max(1, matrix.ChunkSize));
        writer.Write(matrix.ChunkCount);
        WriteText(writer, matrix.Datasets.Count == 0 ? "" : matrix.Datasets[^1]);
        writer.Flush();
        GgufReplacement.Write(path, content.Length, content.WriteTo);
    }

    private static ImportanceMatrix Read(string path, BinaryReader reader)
    {
        int count = reader.ReadInt32();
        if (count < 1)
            throw new GgufException(GgufCheck.TensorCount, path, $"neither GGUF nor an importance matrix of the older format: {count} entries");
        var entries = ImportanceMatrix.NewEntries();
        for (int i = 0; i < count; i++)
        {
            string name = ReadText(path, reader, $"the name of entry {i + 1} of {count}");
            if (!entries.TryAdd(name, ReadEntry(path, reader, name)))
                throw new GgufException(GgufCheck.DuplicateTensor, path, $"{name} occurs twice");
        }
        if (reader.BaseStream.Position == reader.BaseStream.Length)
            return new(entries, 0, 0, []);
        int chunks = reader.ReadInt32();
        string dataset = ReadText(path, reader, "the dataset's name");
        return new(entries, Math.Max(0, chunks), 0, dataset.Length == 0 ? [] : [dataset]);
    }

    private static ImportanceEntry ReadEntry(string path, BinaryReader reader, string name)
    {
        int chunks = reader.ReadInt32(), length = reader.ReadInt32();
        long remaining = reader.BaseStream.Length - reader.BaseStream.Position;
        if (length < 1 || length > remaining / sizeof(float))
            throw new GgufException(GgufCheck.ArrayLength, path, $"{name}: {length} values, but {remaining} bytes of the file remain");
        if (chunks < 0)
            throw new GgufException(GgufCheck.ValueRange, path, $"{name}: computed from {chunks} chunks");
        float[] sums = new float[length];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(sums.AsSpan()));
        return ImportanceFile.Check(path, name, sums, [Math.Max(1, chunks)]);
    }

    private static string ReadText(string path, BinaryReader reader, string what)
    {
        int length = reader.ReadInt32();
        if (length is < 0 or > MaxNameBytes)
            throw new GgufException(GgufCheck.StringLength, path, $"{what} has {length} bytes");
        byte[] text = reader.ReadBytes(length);
        return text.Length == length ? Encoding.UTF8.GetString(text) : throw new EndOfStreamException();
    }

    /// <summary>As many chunks as the busiest expert's rows make; an expert that no row came to is given the mean square 1.</summary>
    private static void WriteEntry(BinaryWriter writer, string name, ImportanceEntry entry, int chunkSize)
    {
        int chunks = (int)Math.Min(int.MaxValue, (entry.Counts.Max() + chunkSize - 1) / chunkSize);
        WriteText(writer, name);
        writer.Write(chunks);
        writer.Write(entry.Sums.Length);
        foreach (float mean in entry.Means)
            writer.Write(mean * chunks);
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }
}
