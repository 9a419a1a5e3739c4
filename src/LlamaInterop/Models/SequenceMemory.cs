namespace LlamaInterop.Models;

/// <summary>Whose tokens a cache holds.</summary>
internal enum CacheScope
{
    /// <summary>The sequence's own.</summary>
    Sequence,

    /// <summary>Those of the encoder's text.</summary>
    Encoder,
}

/// <summary>What a layer keeps of each token; layers with the same window and scope share a block table.</summary>
/// <param name="KvHeads">Key and value heads.</param>
/// <param name="KeyLength">Elements of a key head.</param>
/// <param name="ValueLength">Elements of a value head; 0 where values are the first elements of the keys, which the model views.</param>
/// <param name="Window">Positions kept at least; 0 keeps all.</param>
/// <param name="Scope">Whose tokens.</param>
/// <param name="LatentLength">Elements of a key head that are its values too; 0 where values are kept apart.</param>
internal readonly record struct CacheLayer(int KvHeads, int KeyLength, int ValueLength, int Window, CacheScope Scope = CacheScope.Sequence, int LatentLength = 0);

/// <summary>What a model keeps of a sequence: rows of keys and values for each token, and states of a fixed size.</summary>
internal sealed class SequenceMemory
{
    private readonly List<CacheLayer> _caches = [];
    private readonly Dictionary<CacheLayer, int> _shared = [];
    private readonly List<long> _states = [];

    public IReadOnlyList<CacheLayer> Caches => _caches;

    /// <summary>f32 numbers of each recurrent state.</summary>
    public IReadOnlyList<long> States => _states;

    /// <summary>Index in <see cref="StepInputs.Caches"/> of a new cache.</summary>
    public int AddCache(CacheLayer layer)
    {
        _caches.Add(layer);
        return _caches.Count - 1;
    }

    /// <summary>
    /// Index in <see cref="StepInputs.Caches"/> of the one cache that all layers of this shape use one after the other: where a text
    /// runs in one step, a layer's keys are not needed once the next layer begins.
    /// </summary>
    public int ShareCache(CacheLayer layer) => _shared.TryGetValue(layer, out int known) ? known : _shared[layer] = AddCache(layer);

    /// <summary>Index in <see cref="StepInputs.States"/> of a new state of <paramref name="width"/> numbers.</summary>
    public int AddState(long width)
    {
        _states.Add(width);
        return _states.Count - 1;
    }
}
