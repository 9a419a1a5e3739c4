namespace LlamaInterop.Tokenization;

/// <summary>GPT-2's way of writing any byte as a printable character: <c>Ġ</c> is the space, <c>Ċ</c> the line break.</summary>
/// <remarks>Bytes that are printable in Latin-1 stand for themselves; the others, in ascending order, are U+0100 onwards.</remarks>
internal static class ByteAlphabet
{
    private const int Size = 256;

    private static readonly int[] Characters = new int[Size];
    private static readonly short[] Bytes = new short[2 * Size];

    static ByteAlphabet()
    {
        Array.Fill(Bytes, (short)-1);
        int next = Size;
        for (int value = 0; value < Size; value++)
        {
            int character = value is >= 0x21 and <= 0x7E or >= 0xA1 and <= 0xAC or >= 0xAE ? value : next++;
            Characters[value] = character;
            Bytes[character] = (short)value;
        }
    }

    /// <summary>The code point that stands for a byte.</summary>
    public static int Character(byte value) => Characters[value];

    /// <summary>The byte that a code point stands for, or -1.</summary>
    public static int Byte(int codePoint) => codePoint < Bytes.Length ? Bytes[codePoint] : -1;

    /// <summary>A token's text as bytes; characters that stand for no byte stay what they are.</summary>
    public static byte[] Decode(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[text.Length];
        int count = 0;
        for (int start = 0; start < text.Length;)
        {
            int value = Byte(Utf8Text.Decode(text, start, out int length));
            if (value >= 0)
                bytes[count++] = (byte)value;
            else
                text.Slice(start, length).CopyTo(bytes.AsSpan(count));
            count += value >= 0 ? 0 : length;
            start += length;
        }
        return bytes[..count];
    }
}
