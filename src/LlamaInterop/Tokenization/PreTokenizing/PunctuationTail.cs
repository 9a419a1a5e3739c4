namespace LlamaInterop.Tokenization;

/// <summary>What belongs to the punctuation before it.</summary>
internal enum PunctuationTail
{
    /// <summary><c>[\r\n]*</c>.</summary>
    LineBreaks,

    /// <summary><c>[\r\n/]*</c>.</summary>
    LineBreaksAndSlashes,

    /// <summary><c>[\r\n/]?</c>.</summary>
    LineBreakOrSlash,

    /// <summary>Nothing.</summary>
    None,
}
