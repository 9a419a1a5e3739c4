using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>The sizes of latent attention; a head's query and key are a part without positions, then a rotated part.</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="Plain">Elements of a head without positions.</param>
/// <param name="ValueLength">Elements of a value head.</param>
/// <param name="KeyRank">Elements of the latent row that keys and values are made from.</param>
/// <param name="QueryRank">Elements of the latent row that queries are made from, where the file has such matrices.</param>
/// <param name="Absorbed">Whether the file has the matrices of keys and values by head, so that the latent row itself is cached.</param>
/// <param name="Scale">Factor of q·k.</param>
/// <param name="Rotary">The rotated part; one for all heads of keys.</param>
internal sealed record LatentVariant(
    int Heads, int Plain, int ValueLength, int KeyRank, int QueryRank, bool Absorbed, float Scale, Rotary Rotary)
{
    /// <summary>Factor of queries that grows with their position; null for none.</summary>
    public AttentionTemperature? Temperature { get; init; }

    public static LatentVariant Of(ModelSource source, Rotary rotary)
    {
        HyperParameters p = source.Parameters;
        HyperParameterReader keys = p.Keys;
        int heads = p.AttentionHeads(0).Heads;
        int keyLength = keys.Size("attention.key_length_mla", p.KeyLength, max: 1 << 16);
        if (keyLength <= rotary.Rotated)
            throw keys.Wrong(keys.FullName(keys.Has("attention.key_length_mla") ? "attention.key_length_mla" : "attention.key_length"), $"is {keyLength}, but must be above rope.dimension_count {rotary.Rotated}");
        return new LatentVariant(
            heads,
            keyLength - rotary.Rotated,
            keys.Size("attention.value_length_mla", p.ValueLength, max: 1 << 16),
            keys.Size("attention.kv_lora_rank", max: 1 << 16),
            keys.Size("attention.q_lora_rank", 0, 0, 1 << 16),
            source.Weights.Has("blk.0.attn_k_b.weight"),
            1 / MathF.Sqrt(keyLength),
            rotary);
    }
}

/// <summary>
/// Latent attention (DeepSeek-AI 2024): keys and values of all heads come from one short row. Absorbed, that row and the shared rotated
/// key are all that is cached, and every head reads them through its own matrices; else keys and values are unfolded and cached by head.
/// </summary>
internal sealed class LatentAttention : IMixer
{
    private readonly string _scope;
    private readonly LatentVariant _variant;
    private readonly AttentionOptions _options;
    private readonly Linear? _query, _queryDown, _queryUp, _unfold;
    private readonly Linear _latent, _output;
    private readonly Norm? _queryNorm;
    private readonly Norm _latentNorm;
    private readonly Tensor? _keyMatrices, _valueMatrices;
    private readonly int _cache;

    public LatentAttention(ModelSource source, int layer, LatentVariant variant)
    {
        _scope = $"blk.{layer}.";
        _variant = variant;
        long n = source.Parameters.EmbeddingLength, heads = variant.Heads, rotated = variant.Rotary.Rotated;
        _queryDown = variant.QueryRank == 0 ? null : Linear.LoadOrNull(source, _scope + "attn_q_a", n, variant.QueryRank);
        if (_queryDown is null)
        {
            _query = Linear.Load(source, _scope + "attn_q", n, heads * HeadLength);
        }
        else
        {
            _queryNorm = Norm.Load(source, _scope + "attn_q_a_norm", variant.QueryRank);
            _queryUp = Linear.Load(source, _scope + "attn_q_b", variant.QueryRank, heads * HeadLength);
        }
        _latent = Linear.Load(source, _scope + "attn_kv_a_mqa", n, variant.KeyRank + rotated);
        _latentNorm = Norm.Load(source, _scope + "attn_kv_a_norm", variant.KeyRank);
        if (variant.Absorbed)
        {
            _keyMatrices = source.Weights.Matrices(_scope + "attn_k_b.weight", variant.Plain, variant.KeyRank, heads);
            _valueMatrices = source.Weights.Matrices(_scope + "attn_v_b.weight", variant.KeyRank, variant.ValueLength, heads);
        }
        else
        {
            _unfold = Linear.Load(source, _scope + "attn_kv_b", variant.KeyRank, heads * (variant.Plain + variant.ValueLength));
        }
        _output = Linear.Load(source, _scope + "attn_output", heads * variant.ValueLength, n);
        _options = new AttentionOptions(variant.Heads, variant.Absorbed ? 1 : variant.Heads, variant.Scale);
        _cache = source.Memory.AddCache(variant.Absorbed
            ? new CacheLayer(1, variant.KeyRank + (int)rotated, 0, 0, LatentLength: variant.KeyRank)
            : new CacheLayer(variant.Heads, (int)HeadLength, variant.ValueLength, 0));
    }

    private long HeadLength => _variant.Plain + _variant.Rotary.Rotated;

    public Tensor Forward(Graph g, Tensor h, StepInputs step)
    {
        Tensor q = _query?.Forward(g, h, refined: CoarseForms.Both)
            ?? _queryUp!.Forward(g, _queryNorm!.Forward(g, _queryDown!.Forward(g, h, refined: CoarseForms.Both)), refined: CoarseForms.Both);
        if (_variant.Temperature is { } t)
            q = g.Mul(_scope + "q_temperature", q, g.Once(t, () => g.Temperature("temperature", step.Positions, t.Factor, t.Period, t.Offset)));
        Tensor latent = _latent.Forward(g, h, refined: CoarseForms.Both);                                               // [rank + rotated, T]
        Tensor row = _latentNorm.Forward(g, latent.Columns(0, _variant.KeyRank));                           // [rank, T]
        Tensor rotatedKey = latent.Columns(_variant.KeyRank, _variant.Rotary.Rotated);                      // [rotated, T]
        CacheTensors cache = step.Caches[_cache];
        Tensor mixed = _variant.Absorbed ? Absorbed(g, q, row, rotatedKey, cache, step) : Unfolded(g, q, row, rotatedKey, cache, step);
        return _output.Forward(g, mixed, refined: CoarseForms.BrainFloats);
    }

    private Tensor Absorbed(Graph g, Tensor q, Tensor row, Tensor rotatedKey, CacheTensors cache, StepInputs step)
    {
        int heads = _variant.Heads, rank = _variant.KeyRank, rotated = _variant.Rotary.Rotated, plain = _variant.Plain;
        Tensor query = Graph.Assemble(_scope + "q_absorbed", (long)heads * (rank + rotated), q);
        g.MatMul(_scope + "q_latent", _keyMatrices!, q.SplitRows(heads, HeadLength, 0, plain), into: query.SplitRows(heads, rank + rotated, 0, rank));
        _variant.Rotary.Apply(g, _scope + "q_rope", q.SplitRows(heads, HeadLength, plain, rotated), step, rotated, query.SplitRows(heads, rank + rotated, rank, rotated));
        Tensor key = _variant.Rotary.Apply(g, _scope + "k_rope", rotatedKey, step, rotated);
        Tensor values = cache.Keys.Columns(0, rank);
        g.KvStore(_scope + "latent_store", values, row, cache.Slots);
        g.KvStore(_scope + "k_store", cache.Keys.Columns(rank, rotated), key, cache.Slots);
        Tensor mixed = g.Attention(_scope + "attn", query, cache with { Values = values }, step.Rows, _options);   // [rank · heads, T]
        return g.MatMul(_scope + "attn_values", _valueMatrices!, mixed.SplitRows(heads, rank, 0, rank)).MergePlanes();
    }

    private Tensor Unfolded(Graph g, Tensor q, Tensor row, Tensor rotatedKey, CacheTensors cache, StepInputs step)
    {
        int heads = _variant.Heads, rotated = _variant.Rotary.Rotated, plain = _variant.Plain, value = _variant.ValueLength;
        Tensor query = Graph.Assemble(_scope + "q_heads", heads * HeadLength, q), key = Graph.Assemble(_scope + "k_heads", heads * HeadLength, q);
        Tensor unfolded = _unfold!.Forward(g, row, refined: CoarseForms.Both);                                          // [(plain + value) · heads, T]
        Tensor v = Graph.Assemble(_scope + "v_heads", (long)heads * value, q);
        g.Copy(_scope + "q_plain", q.SplitRows(heads, HeadLength, 0, plain), query.SplitRows(heads, HeadLength, 0, plain));
        _variant.Rotary.Apply(g, _scope + "q_rope", q.SplitRows(heads, HeadLength, plain, rotated), step, rotated, query.SplitRows(heads, HeadLength, plain, rotated));
        g.Copy(_scope + "k_plain", unfolded.SplitRows(heads, plain + value, 0, plain), key.SplitRows(heads, HeadLength, 0, plain));
        _variant.Rotary.Apply(g, _scope + "k_rope", rotatedKey, step, rotated, key.SplitRows(heads, HeadLength, plain, rotated));
        g.Copy(_scope + "v_unfolded", unfolded.SplitRows(heads, plain + value, plain, value), v.SplitRows(heads, value, 0, value));
        g.KvStore(_scope + "k_store", cache.Keys, key, cache.Slots);
        g.KvStore(_scope + "v_store", cache.Values, v, cache.Slots);
        return g.Attention(_scope + "attn", query, cache, step.Rows, _options);
    }
}
