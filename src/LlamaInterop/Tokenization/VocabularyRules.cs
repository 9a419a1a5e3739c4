namespace LlamaInterop.Tokenization;

/// <summary>How text is prepared before, and put together after, the vocabulary is applied.</summary>
public readonly record struct VocabularyRules
{
    /// <summary>Encoding with special tokens puts <see cref="SpecialTokens.Bos"/> first.</summary>
    public bool AddBos { get; init; }

    /// <summary>Encoding with special tokens puts <see cref="SpecialTokens.Eos"/> last.</summary>
    public bool AddEos { get; init; }

    /// <summary>Texts that are encoded together are parted by <see cref="SpecialTokens.Sep"/>.</summary>
    public bool AddSep { get; init; }

    /// <summary>A space is put before text that begins the input or follows a special token.</summary>
    public bool AddSpacePrefix { get; init; }

    /// <summary>Each word has one space before it, the first too, however many the text has (unigram only).</summary>
    public bool RemoveExtraSpaces { get; init; }

    /// <summary>Spaces are written U+2581 in the vocabulary.</summary>
    public bool EscapeSpaces { get; init; }

    /// <summary>Decoding drops spaces before punctuation, as Hugging Face's <c>clean_up_tokenization_spaces</c>; it loses text.</summary>
    public bool CleanSpaces { get; init; }

    /// <summary>A word that is a token is taken whole, whether or not merges lead to it.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>White space parts words and is no part of any (<c>tokenizer.ggml.model</c> = <c>whitespace</c>).</summary>
    public bool DropSpaces { get; init; }

    /// <summary>Text is lower-cased (WordPiece, and where <see cref="DropSpaces"/> is set).</summary>
    public bool Lowercase { get; init; }

    /// <summary>Accents are dropped (WordPiece only).</summary>
    public bool StripAccents { get; init; }

    /// <summary>Characters are composed, as Unicode's form NFC has them (byte-pair encoding only).</summary>
    internal bool Compose { get; init; }

    /// <summary>Text that begins the input or follows a special token gets a space (byte-pair encoding only).</summary>
    internal bool SpaceFirst { get; init; }

    /// <summary>Text is not cut into words, whatever <c>tokenizer.ggml.pre</c> says (byte-pair encoding only).</summary>
    internal bool WholeText { get; init; }
}
