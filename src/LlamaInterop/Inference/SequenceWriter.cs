using System.Security.Cryptography;
using System.Text;

namespace LlamaInterop.Inference;

/// <summary>Writes sequences in the form of <see cref="SequenceFile"/>.</summary>
internal static class SequenceWriter
{
    /// <summary>All that comes before keys and values.</summary>
    public static byte[] Header(ModelRunner runner, Sequence sequence, ReadOnlySpan<int> tokens)
    {
        if (tokens.Length != sequence.Length)
            throw new ArgumentException($"{tokens.Length} tokens for a sequence of {sequence.Length}", nameof(tokens));
        var header = new MemoryStream();
        using var writer = new BinaryWriter(header);
        writer.Write(SequenceFile.Magic);
        writer.Write(SequenceFile.Version);
        writer.Write(runner.Fingerprint.Count);
        foreach ((string name, string value) in runner.Fingerprint)
        {
            WriteText(writer, name);
            WriteText(writer, value);
        }
        writer.Write(tokens.Length);
        foreach (int token in tokens)
            writer.Write(token);
        writer.Write(sequence.Tables.Length);
        foreach (TableRange range in sequence.SeenRanges())
        {
            writer.Write(range.From);
            writer.Write(range.To);
        }
        writer.Write(sequence.StateSlot < 0 ? 0 : 1);
        return header.ToArray();
    }

    public static void Write(Stream stream, ModelRunner runner, Sequence sequence, byte[] header)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Append(ReadOnlySpan<byte> bytes)
        {
            stream.Write(bytes);
            hash.AppendData(bytes);
        }

        Append(header);
        SequenceContent.CopyTo(runner.Cache, sequence, sequence.SeenRanges(), Append);
        stream.Write(hash.GetHashAndReset());
    }

    /// <summary>Bytes of the whole file.</summary>
    public static long LengthOf(ModelRunner runner, Sequence sequence, byte[] header) =>
        header.Length + SequenceContent.ByteLength(runner.Cache, sequence.SeenRanges(), sequence.StateSlot >= 0) + SHA256.HashSizeInBytes;

    private static void WriteText(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ushort)bytes.Length);
        writer.Write(bytes);
    }
}
