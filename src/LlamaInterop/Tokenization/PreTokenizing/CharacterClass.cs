namespace LlamaInterop.Tokenization;

/// <summary>What a word rule needs to know of a character. White space is none of the others; the rest are Unicode's general categories.</summary>
internal enum CharacterClass : byte
{
    /// <summary>Control, format, surrogate, private use and unassigned characters.</summary>
    Other,

    /// <summary>The Unicode property White_Space.</summary>
    WhiteSpace,

    /// <summary>L.</summary>
    Letter,

    /// <summary>N.</summary>
    Number,

    /// <summary>M.</summary>
    Mark,

    /// <summary>P.</summary>
    Punctuation,

    /// <summary>S.</summary>
    Symbol,
}
