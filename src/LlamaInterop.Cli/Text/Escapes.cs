using System.Globalization;
using System.Text;

namespace LlamaInterop.Cli.Text;

/// <summary>The escapes that a prompt may hold: \n \r \t \' \" \\ and \xHH, which is one byte.</summary>
internal static class Escapes
{
    /// <summary>The UTF-8 bytes of a text with its escapes replaced; a backslash before anything else stays.</summary>
    public static byte[] Replace(string text) => Replace(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes with their escapes replaced: \xHH may give bytes that are not UTF-8 by themselves.</summary>
    public static byte[] Replace(ReadOnlySpan<byte> text)
    {
        var result = new byte[text.Length];
        int length = 0;
        while (!text.IsEmpty)
        {
            int consumed = ReadOne(text, out byte value);
            result[length++] = value;
            text = text[consumed..];
        }
        return result[..length];
    }

    private static int ReadOne(ReadOnlySpan<byte> text, out byte value)
    {
        value = text[0];
        if (value != '\\' || text.Length < 2)
            return 1;
        if (text[1] == 'x' && text.Length >= 4 && byte.TryParse(text[2..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte number))
        {
            value = number;
            return 4;
        }
        byte? replaced = text[1] switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'\'' or (byte)'"' or (byte)'\\' => text[1],
            _ => null,
        };
        value = replaced ?? value;
        return replaced is null ? 1 : 2;
    }
}
