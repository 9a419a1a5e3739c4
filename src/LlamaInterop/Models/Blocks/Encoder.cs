using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>What stands before and after an encoder's layers.</summary>
internal sealed record EncoderOptions
{
    /// <summary>Kind of the norm after the embedding, where the file has one, and of the final norm.</summary>
    public NormKind Norm { get; init; } = NormKind.Layer;

    /// <summary>Name of the final norm; null for none.</summary>
    public string? FinalNorm { get; init; }

    /// <summary>Whether positions have learned rows of their own, "position_embd".</summary>
    public bool LearnedPositions { get; init; }
}

/// <summary>
/// Embedding, layers and, for some, a final norm: a model of hidden states, in which a token sees the whole text. Where the file has
/// rows for token types (the first and the second of two texts), all tokens are of the first.
/// </summary>
internal sealed class Encoder : IModel
{
    private readonly Tensor _embedding;
    private readonly Tensor? _tokenType, _positions;
    private readonly Norm? _embeddingNorm, _finalNorm;
    private readonly ILayer[] _layers;

    /// <param name="source">The model's file.</param>
    /// <param name="options">What stands around the layers.</param>
    /// <param name="layer">Makes layer i.</param>
    public Encoder(ModelSource source, EncoderOptions options, Func<int, ILayer> layer)
    {
        Parameters = source.Parameters;
        Memory = source.Memory;
        ModelWeights w = source.Weights;
        long n = Parameters.EmbeddingLength;
        TokenCount = w.VocabularySize("token_embd.weight");
        _embedding = w.Matrix("token_embd.weight", n, TokenCount);
        _tokenType = w.TableOrNull("token_types.weight", n, w.RowsOf("token_types.weight"))?.Row(0);
        _positions = options.LearnedPositions ? LearnedPositions.Load(source) : null;
        _embeddingNorm = Norm.LoadOrNull(source, "token_embd_norm", n, options.Norm);
        _layers = [.. Enumerable.Range(0, Parameters.Layers).Select(layer)];
        _finalNorm = options.FinalNorm is { } name ? Norm.Load(source, name, n, options.Norm) : null;
    }

    public HyperParameters Parameters { get; }

    public SequenceMemory Memory { get; }

    public int VocabularySize => 0;

    public int TokenCount { get; }

    public bool NeedsWholeText => true;

    public Tensor Forward(Graph g, StepInputs step)
    {
        Tensor x = g.GetRows("token_embd", _embedding, step.Tokens, step.Embeddings);
        if (_tokenType is not null)
            x = g.Add("token_types", x, _tokenType);
        if (_positions is not null)
            x = g.Add("embedding", x, g.GetRows("position_embd", _positions, step.Positions));
        x = _embeddingNorm?.Forward(g, x) ?? x;
        foreach (ILayer layer in _layers)
            x = layer.Forward(g, x, step);
        x = g.LastRows("output_rows", x, step.OutputRows);
        return _finalNorm?.Forward(g, x) ?? x;
    }

    public Tensor Logits(Graph g, Tensor hidden) => throw new InvalidOperationException("an encoder has no output head");
}
