namespace LlamaInterop.Gguf;

/// <summary>Whether two metadata values are the same: of one type, with equal bits.</summary>
internal static class GgufValueEquality
{
    public static bool AreEqual(GgufValue first, GgufValue second)
    {
        using MemoryStream a = Encoded(first), b = Encoded(second);
        return a.GetBuffer().AsSpan(0, (int)a.Length).SequenceEqual(b.GetBuffer().AsSpan(0, (int)b.Length));
    }

    private static MemoryStream Encoded(GgufValue value)
    {
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        GgufValueWriter.Write(writer, value);
        return stream;
    }
}
