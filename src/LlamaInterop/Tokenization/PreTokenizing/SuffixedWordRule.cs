namespace LlamaInterop.Tokenization;

/// <summary>
/// Words to which a contraction behind them belongs: <c>[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?</c>, and else as Llama 3.
/// </summary>
/// <remarks>
/// The makers of Youtu, Tiny Aya and Kimi K2 end words where lower case turns to upper case, too. GGUF's ids come from this rule, which knows
/// no case. Of Kimi K2, <c>\p{Han}+</c> goes first, Han characters are in no word, and neither are marks.
/// </remarks>
internal sealed class SuffixedWordRule : LlamaRule
{
    /// <summary>Han characters make words of their own, and marks count as punctuation, as Kimi K2 has it.</summary>
    public bool HanApart { get; init; }

    protected override int WordEnd(ReadOnlySpan<int> text, int start)
    {
        int han = start;
        while (HanApart && han < text.Length && ScriptRanges.Han.Contains(text[han]))
            han++;
        if (han > start)
            return han;
        int first = FirstLetter(text, start);
        int end = LettersEnd(text, first);
        return end > first ? AfterContraction(text, end) : start;
    }

    protected override bool IsWordCharacter(int codePoint) => CharacterClasses.Of(codePoint) switch
    {
        CharacterClass.Letter => !HanApart || !ScriptRanges.Han.Contains(codePoint),
        CharacterClass.Mark => !HanApart,
        _ => false,
    };
}
