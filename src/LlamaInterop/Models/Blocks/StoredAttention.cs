using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>
/// Attention whose keys and values are stored by one call and read by another, without rotation: of two stacks, where a decoder's
/// layer reads what the encoder's pass has stored for it, and of a layer's own tokens, where both calls follow each other.
/// </summary>
internal sealed class StoredAttention
{
    private readonly string _name;
    private readonly int _cache;
    private readonly AttentionOptions _options;
    private readonly Linear _query, _key, _value, _output;

    /// <param name="source">The model's file, with matrices NAME_q, NAME_k, NAME_v and NAME_o.</param>
    /// <param name="name">What the tensors' names begin with.</param>
    /// <param name="cache">Index of the cache, and the shape of its heads.</param>
    /// <param name="options">How it is read.</param>
    public StoredAttention(ModelSource source, string name, (int Index, CacheLayer Shape) cache, AttentionOptions options)
    {
        _name = name;
        _cache = cache.Index;
        _options = options;
        long n = source.Parameters.EmbeddingLength;
        _query = Linear.Load(source, name + "_q", n, (long)options.Heads * cache.Shape.KeyLength);
        _key = Linear.Load(source, name + "_k", n, (long)options.KvHeads * cache.Shape.KeyLength);
        _value = Linear.Load(source, name + "_v", n, (long)options.KvHeads * cache.Shape.ValueLength);
        _output = Linear.Load(source, name + "_o", (long)options.Heads * cache.Shape.ValueLength, n);
    }

    /// <summary>Keys and values of h [embedding, T] into the cache.</summary>
    public void Store(Graph g, Tensor h, StepInputs step)
    {
        CacheTensors cache = step.Caches[_cache];
        g.KvStore(_name + "_k_store", cache.Keys, _key.Forward(g, h, refined: CoarseForms.Both), cache.Slots);
        g.KvStore(_name + "_v_store", cache.Values, _value.Forward(g, h, refined: CoarseForms.Both), cache.Slots);
    }

    /// <summary>What the rows of h [embedding, T] take from the cache: [embedding, T].</summary>
    public Tensor Read(Graph g, Tensor h, StepInputs step)
    {
        Tensor mixed = g.Attention(_name, _query.Forward(g, h, refined: CoarseForms.Both), step.Caches[_cache], step.Rows, _options);
        return _output.Forward(g, mixed, refined: CoarseForms.BrainFloats);
    }
}
