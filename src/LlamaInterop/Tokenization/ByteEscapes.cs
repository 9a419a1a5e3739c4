using System.Globalization;

namespace LlamaInterop.Tokenization;

/// <summary>Bytes as Python writes them, in which RWKV's files keep their tokens: <c>\n</c>, <c>\t</c>, <c>\\</c>, <c>\xE2</c>.</summary>
internal static class ByteEscapes
{
    /// <summary>The bytes that a text stands for. A backslash before anything else is dropped; one that escapes nothing stays.</summary>
    public static byte[] Decode(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[text.Length];
        int count = 0;
        for (int start = 0; start < text.Length;)
            bytes[count++] = DecodeOne(text[start..], ref start);
        return bytes[..count];
    }

    private static byte DecodeOne(ReadOnlySpan<byte> text, ref int start)
    {
        bool isEscape = text[0] == '\\' && text.Length > 1;
        if (isEscape && text[1] == 'x' && text.Length >= 4
            && byte.TryParse(text[2..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
        {
            start += 4;
            return value;
        }
        start += isEscape ? 2 : 1;
        return !isEscape ? text[0] : text[1] switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            var other => other,
        };
    }
}
