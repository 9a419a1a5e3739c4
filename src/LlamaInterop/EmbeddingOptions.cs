namespace LlamaInterop;

/// <summary>How the hidden states of a text's tokens become its embedding.</summary>
public enum Pooling
{
    /// <summary>They stay what they are: a row for each token.</summary>
    None,

    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The first token's (BERT's [CLS]).</summary>
    Cls,

    /// <summary>The last token's.</summary>
    Last,
}

/// <summary>What an embedding is made of.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>
    /// How hidden states become one vector; null for what the file says (<c>ARCH.pooling_type</c>), else the mean of an encoder's, and
    /// the last one of a decoder's.
    /// </summary>
    public Pooling? Pooling { get; init; }

    /// <summary>Whether the vector is divided by its length (L2), so that a dot product is a cosine; rows that are not pooled stay as they are.</summary>
    public bool Normalize { get; init; } = true;
}
