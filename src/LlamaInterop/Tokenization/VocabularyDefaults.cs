namespace LlamaInterop.Tokenization;

/// <summary>What holds for a vocabulary unless its file says otherwise.</summary>
internal static class VocabularyDefaults
{
    /// <summary>The tokens that have a role, for vocabularies large enough to have them.</summary>
    public static SpecialTokens Special(TokenizerModel model) => model switch
    {
        TokenizerModel.Spm => new() { Bos = 1, Eos = 2, Unk = 0 },
        TokenizerModel.Wpm => new() { Bos = 101, Unk = 100, Sep = 102, Pad = 0, Mask = 103 },
        TokenizerModel.Ugm => new() { Eos = 1, Unk = 2, Pad = 0 },
        TokenizerModel.Plamo => new() { Bos = 1, Eos = 2, Unk = 0, Pad = 3 },
        _ => new(),
    };

    /// <summary>How text is prepared; of byte-pair encoding, <paramref name="preTokenizer"/> knows.</summary>
    public static VocabularyRules Rules(TokenizerModel model, string preTokenizer) => model switch
    {
        TokenizerModel.Spm => new() { AddBos = true, AddSpacePrefix = true, EscapeSpaces = true },
        TokenizerModel.Wpm => new() { AddBos = true, AddSep = true, EscapeSpaces = true, CleanSpaces = true, Lowercase = true, StripAccents = true },
        TokenizerModel.Ugm => new() { AddEos = true, EscapeSpaces = true },
        TokenizerModel.Bpe => PreTokenizer.Named(preTokenizer).Rules,
        _ => new(),
    };
}
