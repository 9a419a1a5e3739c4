using LlamaInterop.Models;

namespace LlamaInterop.Tools;

/// <summary>How a text is cut up for its perplexity.</summary>
public sealed record PerplexityOptions
{
    /// <summary>Tokens of a chunk; the model sees nothing beyond it.</summary>
    public int ContextSize { get; init; } = 512;

    /// <summary>Chunks to compute at most; 0 for all that the text has.</summary>
    public int MaxChunks { get; init; }

    /// <summary>
    /// 0 for chunks side by side, the second half of each scored. Otherwise windows of the context size and half a stride, each this many
    /// tokens after the one before, in which the last so many tokens are scored; such windows are taken as they are, without a BOS of their own.
    /// </summary>
    public int Stride { get; init; }

    /// <exception cref="ModelException">An option is out of range; the message names it.</exception>
    internal void Validate()
    {
        const int Largest = 1 << 24;
        Require(ContextSize is >= 4 and <= Largest, $"a chunk of {ContextSize} tokens cannot be scored: the context size must be from 4 to {Largest}");
        Require(MaxChunks >= 0, $"{MaxChunks} chunks cannot be computed: the number must be 0 (all) or more");
        Require(Stride >= 0 && Stride <= ContextSize, $"stride is {Stride}, but must be from 0 to the context size of {ContextSize}");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw new ModelException(message);
    }
}
