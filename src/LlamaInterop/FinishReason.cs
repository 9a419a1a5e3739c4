namespace LlamaInterop;

/// <summary>Why a generation ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended its text with an end-of-generation token.</summary>
    EndOfText,

    /// <summary>A stop string was reached.</summary>
    Stop,

    /// <summary>The number of tokens asked for was reached, or the context is full.</summary>
    Length,

    /// <summary>The caller cancelled.</summary>
    Cancelled,
}
