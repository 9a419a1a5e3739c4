namespace LlamaInterop.Import.Tokenizers;

/// <summary>Tells byte tokens, which are written <c>&lt;0x0A&gt;</c>, from others.</summary>
internal static class ByteTokenText
{
    public static bool IsByte(string text) => text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>'
        && char.IsAsciiHexDigit(text[3]) && char.IsAsciiHexDigit(text[4]);
}
