using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>
/// Self-attention of a layer with grouped heads. Biases and query/key norms are used where the file has them, which is how the
/// families that differ in nothing else share this block.
/// </summary>
internal sealed class AttentionBlock
{
    private readonly string scope;
    private readonly HyperParameters sizes;
    private readonly Tensor query, key, value, output;
    private readonly Tensor? queryBias, keyBias, valueBias, outputBias, queryNorm, keyNorm;

    public AttentionBlock(ModelSource source, int layer)
    {
        scope = $"blk.{layer}.";
        sizes = source.Parameters;
        ModelWeights w = source.Weights;
        long n = sizes.EmbeddingLength;
        long q = (long)sizes.Heads * sizes.KeyLength, k = (long)sizes.KvHeads * sizes.KeyLength;
        long v = (long)sizes.KvHeads * sizes.ValueLength, o = (long)sizes.Heads * sizes.ValueLength;
        query = w.Matrix(scope + "attn_q.weight", n, q);
        key = w.Matrix(scope + "attn_k.weight", n, k);
        value = w.Matrix(scope + "attn_v.weight", n, v);
        output = w.Matrix(scope + "attn_output.weight", o, n);
        queryBias = w.VectorOrNull(scope + "attn_q.bias", q);
        keyBias = w.VectorOrNull(scope + "attn_k.bias", k);
        valueBias = w.VectorOrNull(scope + "attn_v.bias", v);
        outputBias = w.VectorOrNull(scope + "attn_output.bias", n);
        queryNorm = w.VectorOrNull(scope + "attn_q_norm.weight", sizes.KeyLength);
        keyNorm = w.VectorOrNull(scope + "attn_k_norm.weight", sizes.KeyLength);
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
        Tensor q = Project(g, "q", query, queryBias, queryNorm, h);
        Tensor k = Project(g, "k", key, keyBias, keyNorm, h);
        Tensor v = Project(g, "v", value, valueBias, null, h, refined: true);
        if (rotary is { } r)
        {
            q = r.Rotary.Apply(g, scope + "q_rope", q, r.Table);
            k = r.Rotary.Apply(g, scope + "k_rope", k, r.Table);
        }
        g.KvStore(scope + "k_store", cache.Keys, k, cache.Slots);
        g.KvStore(scope + "v_store", cache.Values, v, cache.Slots);
        Tensor mixed = g.Attention(scope + "attn", q, cache, step.Rows, options);
        Tensor result = g.MatMul(scope + "attn_output", output, mixed);
        return outputBias is null ? result : g.Add(scope + "attn_output_bias", result, outputBias);
    }

    private Tensor Project(Graph g, string name, Tensor weights, Tensor? bias, Tensor? norm, Tensor h, bool refined = false)
    {
        Tensor x = g.MatMul(scope + "attn_" + name, weights, h, refined);
        if (bias is not null)
            x = g.Add(scope + name + "_bias", x, bias);
        return norm is null ? x : Norm.Rms(g, scope + name + "_norm", x, norm, sizes.NormEpsilon);
    }
}
