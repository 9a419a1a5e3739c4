using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>What stands before and after a decoder's layers.</summary>
internal sealed record DecoderOptions
{
    /// <summary>Kind of the norm after the embedding, where the file has one, and of the final norm.</summary>
    public NormKind Norm { get; init; }

    /// <summary>Name of the final norm.</summary>
    public string FinalNorm { get; init; } = "output_norm";

    /// <summary>Whether the final norm has no weights (OLMo).</summary>
    public bool PlainFinalNorm { get; init; }

    /// <summary>Factor of the embedding rows.</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>Factor of the logits.</summary>
    public float LogitScale { get; init; } = 1;

    /// <summary>c of c·tanh(logit / c); 0 for none.</summary>
    public float LogitSoftCap { get; init; }

    /// <summary>Whether positions have learned rows of their own, "position_embd".</summary>
    public bool LearnedPositions { get; init; }
}

/// <summary>Embedding, layers, final norm, output head. The head is the embedding table where the file has none of its own.</summary>
internal sealed class Decoder : IModel
{
    private readonly DecoderOptions _options;
    private readonly Tensor _embedding, _output;
    private readonly Tensor? _positions, _outputBias;
    private readonly Norm? _embeddingNorm;
    private readonly Norm _finalNorm;
    private readonly ILayer[] _layers;

    /// <param name="source">The model's file.</param>
    /// <param name="options">What stands around the layers.</param>
    /// <param name="layer">Makes layer i.</param>
    public Decoder(ModelSource source, DecoderOptions options, Func<int, ILayer> layer)
    {
        Parameters = source.Parameters;
        Memory = source.Memory;
        _options = options;
        ModelWeights w = source.Weights;
        long n = Parameters.EmbeddingLength;
        VocabularySize = w.VocabularySize("token_embd.weight");
        _embedding = w.Matrix("token_embd.weight", n, VocabularySize);
        _positions = options.LearnedPositions ? LearnedPositions.Load(source) : null;
        _embeddingNorm = options.FinalNorm == "token_embd_norm" ? null : Norm.LoadOrNull(source, "token_embd_norm", n, options.Norm);
        _layers = [.. Enumerable.Range(0, Parameters.Layers).Select(layer)];
        _finalNorm = options.PlainFinalNorm ? Norm.Plain(source, options.FinalNorm, n, options.Norm) : Norm.Load(source, options.FinalNorm, n, options.Norm);
        _output = w.MatrixOrNull("output.weight", n, VocabularySize) ?? _embedding;
        _outputBias = w.VectorOrNull("output.bias", VocabularySize);
    }

    public HyperParameters Parameters { get; }

    public SequenceMemory Memory { get; }

    public int VocabularySize { get; }

    public bool NeedsWholeText => !Parameters.Causal;

    public Tensor Forward(Graph g, StepInputs step)
    {
        Tensor x = g.GetRows("token_embd", _embedding, step.Tokens, step.Embeddings);
        if (_options.EmbeddingScale != 1)
            x = g.Scale("token_embd_scaled", x, _options.EmbeddingScale);
        if (_positions is not null)
            x = g.Add("embedding", x, g.GetRows("position_embd", _positions, step.Positions));
        x = _embeddingNorm?.Forward(g, x) ?? x;
        foreach (ILayer layer in _layers)
            x = layer.Forward(g, x, step);
        return _finalNorm.Forward(g, g.LastRows("output_rows", x, step.OutputRows));
    }

    public Tensor Logits(Graph g, Tensor hidden)
    {
        Tensor logits = g.MatMul("output", _output, hidden, refined: CoarseForms.Both);
        if (_outputBias is not null)
            logits = g.Add("output_bias", logits, _outputBias);
        if (_options.LogitScale != 1)
            logits = g.Scale("output_scaled", logits, _options.LogitScale);
        return _options.LogitSoftCap == 0 ? logits : g.SoftCap("output_capped", logits, _options.LogitSoftCap);
    }
}
