namespace LlamaInterop.Tokenization;

/// <summary>
/// The words of Llama 3, Qwen 2 and their kin:
/// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
/// </summary>
internal sealed class Llama3Rule : LlamaRule
{
    /// <summary>Marks count as letters, and so not as punctuation, as Qwen 3.5 has it.</summary>
    public bool MarksInWords { get; init; }

    protected override int WordEnd(ReadOnlySpan<int> text, int start)
    {
        int end = AfterContraction(text, start);
        if (end > start)
            return end;
        int first = FirstLetter(text, start);
        end = LettersEnd(text, first);
        return end > first ? end : start;
    }

    protected override bool IsWordCharacter(int codePoint) => CharacterClasses.Of(codePoint) switch
    {
        CharacterClass.Letter => true,
        CharacterClass.Mark => MarksInWords,
        _ => false,
    };

    protected override bool IsPunctuation(int codePoint) =>
        base.IsPunctuation(codePoint) && !(MarksInWords && CharacterClasses.Of(codePoint) == CharacterClass.Mark);
}
