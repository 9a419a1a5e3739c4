using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>
/// Self-attention of a layer with grouped heads. Biases and query/key norms are used where the file has them, which is how the
/// families that differ in nothing else share this block.
/// </summary>
internal sealed class AttentionBlock
{
    private readonly string _scope;
    private readonly HyperParameters _sizes;
    private readonly Tensor _query, _key, _value, _output;
    private readonly Tensor? _queryBias, _keyBias, _valueBias, _outputBias, _queryNorm, _keyNorm;

    public AttentionBlock(ModelSource source, int layer)
    {
        _scope = $"blk.{layer}.";
        _sizes = source.Parameters;
        ModelWeights w = source.Weights;
        long n = _sizes.EmbeddingLength;
        long q = (long)_sizes.Heads * _sizes.KeyLength, k = (long)_sizes.KvHeads * _sizes.KeyLength;
        long v = (long)_sizes.KvHeads * _sizes.ValueLength, o = (long)_sizes.Heads * _sizes.ValueLength;
        _query = w.Matrix(_scope + "attn_q.weight", n, q);
        _key = w.Matrix(_scope + "attn_k.weight", n, k);
        _value = w.Matrix(_scope + "attn_v.weight", n, v);
        _output = w.Matrix(_scope + "attn_output.weight", o, n);
        _queryBias = w.VectorOrNull(_scope + "attn_q.bias", q);
        _keyBias = w.VectorOrNull(_scope + "attn_k.bias", k);
        _valueBias = w.VectorOrNull(_scope + "attn_v.bias", v);
        _outputBias = w.VectorOrNull(_scope + "attn_output.bias", n);
        _queryNorm = w.VectorOrNull(_scope + "attn_q_norm.weight", _sizes.KeyLength);
        _keyNorm = w.VectorOrNull(_scope + "attn_k_norm.weight", _sizes.KeyLength);
    }

    /// <param name="g">The graph.</param>
    /// <param name="h">The normed input [embedding, T].</param>
    /// <param name="step">The step's inputs.</param>
    /// <param name="cache">This layer's cache.</param>
    /// <param name="options">Scale, window, soft-cap, ALiBi.</param>
    /// <param name="rotary">Rotary positions and their table, or null.</param>
    /// <returns>[embedding, T].</returns>
    public Tensor Forward(Graph g, Tensor h, StepInputs step, CacheTensors cache, AttentionOptions options, (Rotary Rotary, Tensor Table)? rotary)
    {
        Tensor q = Project(g, "q", _query, _queryBias, _queryNorm, h);
        Tensor k = Project(g, "k", _key, _keyBias, _keyNorm, h);
        Tensor v = Project(g, "v", _value, _valueBias, null, h);
        if (rotary is { } r)
        {
            q = r.Rotary.Apply(g, _scope + "q_rope", q, r.Table);
            k = r.Rotary.Apply(g, _scope + "k_rope", k, r.Table);
        }
        g.KvStore(_scope + "k_store", cache.Keys, k, cache.Slots);
        g.KvStore(_scope + "v_store", cache.Values, v, cache.Slots);
        Tensor mixed = g.Attention(_scope + "attn", q, cache, step.Rows, options);
        Tensor result = g.MatMul(_scope + "attn_output", _output, mixed);
        return _outputBias is null ? result : g.Add(_scope + "attn_output_bias", result, _outputBias);
    }

    private Tensor Project(Graph g, string name, Tensor weights, Tensor? bias, Tensor? norm, Tensor h)
    {
        Tensor x = g.MatMul(_scope + "attn_" + name, weights, h, refined: true);
        if (bias is not null)
            x = g.Add(_scope + name + "_bias", x, bias);
        return norm is null ? x : Norm.Rms(g, _scope + name + "_norm", x, norm, _sizes.NormEpsilon);
    }
}
