using System.Globalization;
using System.Text;

namespace LlamaInterop.Tokenization;

/// <summary>The class of every code point, from a table of 256-entry pages filled as they are asked for.</summary>
internal static class CharacterClasses
{
    private const int PageSize = 256;

    private static readonly CharacterClass[]?[] Pages = new CharacterClass[0x110000 / PageSize][];

    public static CharacterClass Of(int codePoint) => (Pages[codePoint >> 8] ?? Fill(codePoint >> 8))[codePoint & 0xFF];

    public static bool IsLetter(int codePoint) => Of(codePoint) == CharacterClass.Letter;

    public static bool IsNumber(int codePoint) => Of(codePoint) == CharacterClass.Number;

    public static bool IsWhiteSpace(int codePoint) => Of(codePoint) == CharacterClass.WhiteSpace;

    // Two threads may fill a page at once: they write the same.
    private static CharacterClass[] Fill(int page)
    {
        var classes = new CharacterClass[PageSize];
        for (int i = 0; i < PageSize; i++)
            classes[i] = Classify(page * PageSize + i);
        return Pages[page] = classes;
    }

    private static CharacterClass Classify(int codePoint)
    {
        if (!Rune.IsValid(codePoint))
            return CharacterClass.Other;
        if (Rune.IsWhiteSpace(new Rune(codePoint)))
            return CharacterClass.WhiteSpace;
        return CharUnicodeInfo.GetUnicodeCategory(codePoint) switch
        {
            <= UnicodeCategory.OtherLetter => CharacterClass.Letter,
            <= UnicodeCategory.EnclosingMark => CharacterClass.Mark,
            <= UnicodeCategory.OtherNumber => CharacterClass.Number,
            >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation => CharacterClass.Punctuation,
            >= UnicodeCategory.MathSymbol and <= UnicodeCategory.OtherSymbol => CharacterClass.Symbol,
            _ => CharacterClass.Other,
        };
    }
}
