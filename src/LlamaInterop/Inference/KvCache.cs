using LlamaInterop.Compute;
using LlamaInterop.Models;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>How the caches are made.</summary>
/// <param name="ContextSize">Tokens of the longest sequence.</param>
/// <param name="MaxSequences">Sequences held at once.</param>
/// <param name="BatchSize">Tokens of a step at most.</param>
/// <param name="KeyType">Element type of keys, of whose blocks a head has a whole number.</param>
/// <param name="ValueType">Element type of values, likewise.</param>
/// <param name="FullWindows">Whether windowed layers keep all tokens (llama.cpp's --swa-full).</param>
/// <param name="Checkpoints">Checkpoints kept at once beside the running sequences.</param>
internal readonly record struct CacheOptions(
    int ContextSize, int MaxSequences, int BatchSize, ElementType KeyType, ElementType ValueType, bool FullWindows, int Checkpoints = 0);

/// <summary>The keys and values of all layers, in groups of layers that share block tables, and the recurrent states.</summary>
internal sealed class KvCache
{
    private const int Alignment = 64;
    private readonly List<CacheGroup> _groups = [];
    private readonly List<(CacheGroup Group, Tensor Keys, Tensor Values)> _layers = [];
    private BufferHandle? _buffer;

    /// <param name="memory">What the model keeps of a sequence.</param>
    /// <param name="options">Sizes and types.</param>
    /// <param name="buffer">Index of the cache's buffer among a program's.</param>
    public KvCache(SequenceMemory memory, CacheOptions options, int buffer)
    {
        Options = options;
        long offset = 0;
        Tensor Place(Tensor tensor)
        {
            tensor.PlaceAt(buffer, offset);
            offset = checked(offset + (tensor.ByteLength + Alignment - 1) / Alignment * Alignment);
            return tensor;
        }

        for (int i = 0; i < memory.Caches.Count; i++)
        {
            CacheLayer layer = memory.Caches[i];
            int window = options.FullWindows ? 0 : layer.Window;
            CacheGroup? group = _groups.Find(g => g.Window == window && g.Scope == layer.Scope);
            if (group is null)
            {
                int entries = CacheGroup.EntriesFor(options.ContextSize, window, options.BatchSize);
                _groups.Add(group = new CacheGroup(window, entries, options.MaxSequences + options.Checkpoints, CopyBlock, layer.Scope));
            }
            Tensor keys = Place(group.AddTensor($"cache_k.{i}", options.KeyType, layer.KeyLength, layer.KvHeads));
            Tensor values = layer.ValueLength == 0 ? keys : Place(group.AddTensor($"cache_v.{i}", options.ValueType, layer.ValueLength, layer.KvHeads));
            _layers.Add((group, keys, values));
        }
        BlockBytes = offset;
        States = new StateStore(memory.States, (2 * options.MaxSequences) + options.Checkpoints, Place);
        ByteLength = offset;
    }

    public CacheOptions Options { get; }

    public IReadOnlyList<CacheGroup> Groups => _groups;

    public IReadOnlyList<(CacheGroup Group, Tensor Keys, Tensor Values)> Layers => _layers;

    /// <summary>The recurrent states; empty for a model that has none.</summary>
    public StateStore States { get; }

    /// <summary>Bytes of all blocks.</summary>
    public long BlockBytes { get; }

    /// <summary>Bytes of all blocks and slots.</summary>
    public long ByteLength { get; }

    /// <summary>Checkpoints kept now.</summary>
    public int CheckpointCount { get; private set; }

    /// <summary>The memory in which blocks and slots lie; given before the first sequence is made.</summary>
    public BufferHandle Buffer
    {
        get => _buffer ?? throw new InvalidOperationException("the cache has no memory yet");
        set => _buffer = value;
    }

    /// <summary>One checkpoint more, for which room was planned.</summary>
    /// <exception cref="CacheFullException">As many as were planned are kept already.</exception>
    public void EnterCheckpoint()
    {
        if (CheckpointCount == Options.Checkpoints)
            throw new CacheFullException($"all {Options.Checkpoints} checkpoints that the cache has room for are kept already");
        CheckpointCount++;
    }

    public void LeaveCheckpoint() => CheckpointCount--;

    private void CopyBlock(Tensor tensor, int from, int to)
    {
        long bytes = tensor.Stride(3);
        Buffer.Move(tensor.Offset + (from * bytes), tensor.Offset + (to * bytes), bytes);
    }
}
