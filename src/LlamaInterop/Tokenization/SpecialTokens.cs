namespace LlamaInterop.Tokenization;

/// <summary>The ids of tokens that have a role; -1 where the vocabulary has none.</summary>
public sealed record SpecialTokens
{
    /// <summary>No token has the role.</summary>
    public const int None = -1;

    /// <summary>Begin of text.</summary>
    public int Bos { get; init; } = None;

    /// <summary>End of text.</summary>
    public int Eos { get; init; } = None;

    /// <summary>End of turn.</summary>
    public int Eot { get; init; } = None;

    /// <summary>End of message: a tool is to answer.</summary>
    public int Eom { get; init; } = None;

    /// <summary>Stands for what the vocabulary cannot write.</summary>
    public int Unk { get; init; } = None;

    /// <summary>Separates, and ends, the texts that an encoder compares.</summary>
    public int Sep { get; init; } = None;

    /// <summary>Fills the shorter rows of a batch.</summary>
    public int Pad { get; init; } = None;

    /// <summary>Stands for a word that an encoder is to guess.</summary>
    public int Mask { get; init; } = None;

    /// <summary>Fill in the middle: before the text that precedes the gap.</summary>
    public int FimPrefix { get; init; } = None;

    /// <summary>Fill in the middle: before the text that follows the gap.</summary>
    public int FimSuffix { get; init; } = None;

    /// <summary>Fill in the middle: where the model is to write.</summary>
    public int FimMiddle { get; init; } = None;

    /// <summary>Fill in the middle: fills up to a length.</summary>
    public int FimPad { get; init; } = None;

    /// <summary>Fill in the middle: before a repository's name.</summary>
    public int FimRepository { get; init; } = None;

    /// <summary>Fill in the middle: before a file's name.</summary>
    public int FimSeparator { get; init; } = None;
}
