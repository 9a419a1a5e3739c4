using LlamaInterop.Models;

namespace LlamaInterop.Tools;

/// <summary>How an importance matrix is computed.</summary>
public sealed record ImportanceOptions
{
    /// <summary>Tokens of a chunk; the model sees nothing beyond it.</summary>
    public int ContextSize { get; init; } = 512;

    /// <summary>Chunks to compute at most; 0 for all that the text has.</summary>
    public int MaxChunks { get; init; }

    /// <summary>Chunks at the text's beginning to leave out.</summary>
    public int FirstChunk { get; init; }

    /// <summary>Whether the output head is counted as well; as in llama.cpp, it is not unless asked for.</summary>
    public bool ProcessOutput { get; init; }

    /// <summary>Whether the text's perplexity is computed along the way.</summary>
    public bool ComputePerplexity { get; init; } = true;

    /// <summary>How the text is cut up.</summary>
    /// <exception cref="ModelException">An option is out of range; the message names it.</exception>
    internal PerplexityOptions Chunks
    {
        get
        {
            if (FirstChunk < 0)
                throw new ModelException($"the first chunk is {FirstChunk}, but must be 0 or more");
            return new PerplexityOptions { ContextSize = ContextSize, MaxChunks = MaxChunks };
        }
    }
}
