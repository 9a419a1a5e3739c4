using System.Globalization;

namespace LlamaInterop.Tokenization;

/// <summary>The text of a byte token: <c>&lt;0x0A&gt;</c>.</summary>
internal static class ByteToken
{
    private const int Length = 6;

    public static bool TryParse(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        return text.Length == Length && text.StartsWith("<0x"u8) && text[^1] == '>'
            && byte.TryParse(text[3..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    public static byte[] Text(byte value) => System.Text.Encoding.ASCII.GetBytes($"<0x{value:X2}>");
}
