using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>
/// Self-attention of a layer with grouped heads. A fused qkv matrix, biases, norms of q and k, sinks, a gate of the result and a norm before
/// the output projection are used where the file has them, which is how families that differ in nothing else share this block.
/// </summary>
internal sealed class AttentionBlock : IMixer
{
    private readonly string _scope;
    private readonly AttentionVariant _variant;
    private readonly AttentionOptions _options;
    private readonly Linear? _fused, _query, _key, _value;
    private readonly Linear _output;
    private readonly Norm? _queryNorm, _keyNorm, _valueNorm, _outputNorm;
    private readonly Linear? _gate;

    public AttentionBlock(ModelSource source, int layer, AttentionVariant variant)
    {
        _scope = $"blk.{layer}.";
        _variant = variant;
        long n = source.Parameters.EmbeddingLength;
        (long q, long k, long v) = Widths;
        if (variant.GatesOutput && variant.ValueLength != variant.KeyLength)
            throw source.Parameters.Keys.Wrong(source.Parameters.Keys.FullName("attention.value_length"), $"is {variant.ValueLength}, but gates are of attention.key_length {variant.KeyLength}");
        long o = (long)variant.Heads * variant.ValueLength;
        bool hasOwn = variant.SharedCache is null;
        _fused = hasOwn ? Linear.LoadOrNull(source, _scope + "attn_qkv", n, q + k + v) : null;
        if (_fused is null)
        {
            _query = Linear.Load(source, _scope + "attn_q", n, variant.GatesOutput ? 2 * q : q);
            _key = hasOwn ? Linear.Load(source, _scope + "attn_k", n, k) : null;
            _value = !hasOwn || (variant.KeysMayBeValues && !source.Weights.Has(_scope + "attn_v.weight")) ? null : Linear.Load(source, _scope + "attn_v", n, v);
        }
        _gate = Linear.LoadOrNull(source, _scope + "attn_gate", n, o);
        _output = Linear.Load(source, _scope + "attn_output", o, n);
        _queryNorm = NormOfHeads(source, "attn_q_norm", variant.Heads);
        _keyNorm = hasOwn ? NormOfHeads(source, "attn_k_norm", variant.KvHeads) : null;
        _valueNorm = variant.NormsValues ? Norm.Plain(source, _scope + "attn_v_norm", variant.ValueLength) : null;
        _outputNorm = Norm.LoadOrNull(source, _scope + "attn_sub_norm", o);
        _options = new AttentionOptions(
            variant.Heads, variant.KvHeads, variant.Scale, variant.Window, variant.SoftCap, variant.AlibiMaxBias, variant.Causal, variant.WindowKind)
        {
            Sinks = source.Weights.VectorOrNull(_scope + "attn_sinks.weight", variant.Heads),
        };
        var kept = new CacheLayer(variant.KvHeads, variant.KeyLength, variant.ValueLength, variant.Causal ? variant.Window : 0);
        Cache = variant.SharedCache ?? (variant.Causal ? source.Memory.AddCache(kept) : source.Memory.ShareCache(kept));
    }

    /// <summary>Index in <see cref="StepInputs.Caches"/> of the keys and values.</summary>
    public int Cache { get; }

    private (long Query, long Key, long Value) Widths =>
        ((long)_variant.Heads * _variant.KeyLength, (long)_variant.KvHeads * _variant.KeyLength, (long)_variant.KvHeads * _variant.ValueLength);

    public Tensor Forward(Graph g, Tensor h, StepInputs step)
    {
        (Tensor q, Tensor? k, Tensor? v) = Project(g, h);
        Tensor? gate = _gate?.Forward(g, h);
        if (_variant.GatesOutput)
            (q, gate) = (HalfOfHeads(q, 0), HalfOfHeads(q, _variant.KeyLength));
        q = Place(g, "q", q, _queryNorm, step).MergePlanes();
        if (_variant.Temperature is { } t)
            q = g.Mul(_scope + "q_temperature", q, g.Once(t, () => g.Temperature("temperature", step.Positions, t.Factor, t.Period, t.Offset)));
        CacheTensors cache = step.Caches[Cache];
        if (k is not null && v is not null)
        {
            g.KvStore(_scope + "k_store", cache.Keys, Place(g, "k", k, _keyNorm, step), cache.Slots);
            g.KvStore(_scope + "v_store", cache.Values, _valueNorm?.Forward(g, v) ?? v, cache.Slots);
        }
        Tensor mixed = g.Attention(_scope + "attn", q, cache, step.Rows, _options);
        if (gate is not null)
            mixed = g.Mul(_scope + "attn_gated", mixed, g.Activate(_scope + "attn_gate", gate, GluKind.SIGMOID).MergePlanes());
        return _output.Forward(g, _outputNorm?.Forward(g, mixed) ?? mixed, refined: CoarseForms.BrainFloats);
    }

    private Tensor HalfOfHeads(Tensor x, int first) => x.SplitRows(_variant.Heads, 2 * _variant.KeyLength, first, _variant.KeyLength);

    private Norm? NormOfHeads(ModelSource source, string name, int heads) => _variant.PlainHeadNorms
        ? Norm.Plain(source, _scope + name, _variant.KeyLength, _variant.HeadNorm)
        : Norm.LoadForHeads(source, _scope + name, _variant.KeyLength, heads, _variant.HeadNorm, _variant.NeedsHeadNorms);

    private (Tensor Query, Tensor? Key, Tensor? Value) Project(Graph g, Tensor h)
    {
        if (_fused is null)
        {
            Tensor query = Clamped(g, "q", _query!.Forward(g, h));
            Tensor? key = _key is null ? null : Clamped(g, "k", _key.Forward(g, h, refined: CoarseForms.Both));
            return (query, key, _value is null ? key : Clamped(g, "v", _value.Forward(g, h, refined: CoarseForms.Both)));
        }
        (long q, long k, long v) = Widths;
        Tensor all = Clamped(g, "qkv", _fused.Forward(g, h, refined: CoarseForms.Both));
        return (all.Columns(0, q), all.Columns(q, k), all.Columns(q + k, v));
    }

    private Tensor Clamped(Graph g, string name, Tensor x) => _variant.Clamp == 0 ? x : g.Clamp(_scope + name + "_clamp", x, _variant.Clamp);

    /// <summary>Norm and rotation, in the family's order.</summary>
    private Tensor Place(Graph g, string name, Tensor x, Norm? norm, StepInputs step)
    {
        if (norm is not null && !_variant.NormsAfterRotation)
            x = norm.Forward(g, x);
        if (_variant.Rotary is { } rotary)
            x = rotary.Apply(g, $"{_scope}{name}_rope", x, step, _variant.KeyLength);
        return norm is not null && _variant.NormsAfterRotation ? norm.Forward(g, x) : x;
    }
}
