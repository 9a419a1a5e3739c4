using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>What distinguishes the families whose layers are norm, attention, norm, gated feed-forward, each added to the residual.</summary>
/// <param name="Rope">Order of rotary pairs; null for a model without rotary positions.</param>
/// <param name="Activation">The feed-forward's gate.</param>
/// <param name="AlibiMaxBias">Max bias of ALiBi; 0 for none.</param>
internal readonly record struct DecoderOptions(RopeMode? Rope, GluKind Activation = GluKind.SILU, float AlibiMaxBias = 0);

/// <summary>A decoder with pre-norms and sequential residuals: x += attention(norm(x)); x += feedForward(norm(x)).</summary>
internal sealed class PreNormDecoder : IModel
{
    private readonly OutputHead _head;
    private readonly Rotary? _rotary;
    private readonly AttentionOptions _attention;
    private readonly Layer[] _layers;

    public PreNormDecoder(ModelSource source, DecoderOptions options)
    {
        Parameters = source.Parameters;
        HyperParameters p = Parameters;
        _head = new OutputHead(source);
        _rotary = options.Rope is { } mode ? new Rotary(source, mode) : null;
        float scale = p.Float("attention.scale", 0);
        _attention = new AttentionOptions(p.Heads, p.KvHeads, scale == 0 ? 1 / MathF.Sqrt(p.KeyLength) : scale, p.SlidingWindow, AlibiMaxBias: options.AlibiMaxBias);
        _layers = [.. Enumerable.Range(0, p.Layers).Select(i => new Layer(source, i, options.Activation))];
        CacheLayers = [.. Enumerable.Repeat(new CacheLayer(p.KvHeads, p.KeyLength, p.ValueLength, p.SlidingWindow), p.Layers)];
    }

    public HyperParameters Parameters { get; }

    public int VocabularySize => _head.VocabularySize;

    public IReadOnlyList<CacheLayer> CacheLayers { get; }

    public Tensor Forward(Graph g, StepInputs step)
    {
        Tensor x = _head.Embed(g, step);                                             // [embedding, T]
        (Rotary, Tensor)? rope = _rotary is null ? null : (_rotary, _rotary.Table(g, step));
        for (int i = 0; i < _layers.Length; i++)
        {
            Layer layer = _layers[i];
            string scope = $"blk.{i}.";
            Tensor h = Norm.Rms(g, scope + "attn_norm", x, layer.AttentionNorm, Parameters.NormEpsilon);
            x = g.Add(scope + "attn_residual", x, layer.Attention.Forward(g, h, step, step.Caches[i], _attention, rope));
            h = Norm.Rms(g, scope + "ffn_norm", x, layer.FeedForwardNorm, Parameters.NormEpsilon);
            x = g.Add(scope + "ffn_residual", x, layer.FeedForward.Forward(g, h));
        }
        return _head.Logits(g, x, step);                                             // [vocabulary, outputs]
    }

    private sealed class Layer(ModelSource source, int i, GluKind activation)
    {
        public Tensor AttentionNorm { get; } = source.Weights.Vector($"blk.{i}.attn_norm.weight", source.Parameters.EmbeddingLength);

        public AttentionBlock Attention { get; } = new(source, i);

        public Tensor FeedForwardNorm { get; } = source.Weights.Vector($"blk.{i}.ffn_norm.weight", source.Parameters.EmbeddingLength);

        public GatedFeedForward FeedForward { get; } = new(source, i, activation);
    }
}
