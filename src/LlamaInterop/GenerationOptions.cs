using LlamaInterop.Sampling;

namespace LlamaInterop;

/// <summary>What to generate after a prompt.</summary>
public sealed record GenerationOptions
{
    /// <summary>Tokens to generate at most; below 0 until the context is full.</summary>
    public int MaxTokens { get; init; } = -1;

    /// <summary>Texts that end the generation; they are not part of the result.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>How tokens are chosen.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>How many of the best tokens to record for every step, with their log-probabilities; 0 for none.</summary>
    public int LogProbabilities { get; init; }

    /// <summary>
    /// A file of <see cref="LlamaModel.SaveState"/>: as much of it as begins the prompt is taken from there and not computed anew.
    /// Null for none.
    /// </summary>
    public string? State { get; init; }

    /// <summary>Whether special tokens are part of the text, as in &lt;|im_end|&gt;.</summary>
    public bool ShowSpecialTokens { get; init; }
}
