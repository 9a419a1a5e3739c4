using LlamaInterop.Compute;
using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>
/// Where a step's inputs lie in the input buffer. Offsets come from the largest batch class, so that all classes read the same
/// places and the host writes them without asking which program will run.
/// </summary>
internal sealed class StepLayout
{
    private const int Alignment = 64;
    private const int EntryWords = 4;
    private const int RunWords = 4;
    private readonly KvCache _cache;
    private readonly int _buffer;
    private readonly int _embeddingLength;

    public StepLayout(KvCache cache, int buffer, int tokenCapacity, int outputCapacity, int embeddingLength)
    {
        _embeddingLength = embeddingLength;
        _cache = cache;
        _buffer = buffer;
        int sequences = cache.Options.MaxSequences;
        long next = 0;
        long Take(long words)
        {
            long offset = next;
            next += ((words * sizeof(int)) + Alignment - 1) / Alignment * Alignment;
            return offset;
        }

        TokensOffset = Take(tokenCapacity);
        PositionsOffset = Take(tokenCapacity);
        RowsOffset = Take(2L * tokenCapacity);
        OutputRowsOffset = Take(outputCapacity);
        RunsOffset = Take((long)RunWords * sequences);
        Groups = [.. cache.Groups.Select(group => new GroupOffsets(
            Take(tokenCapacity), Take((long)EntryWords * group.MaxEntries * sequences), Take(sequences)))];
        EmbeddingsOffset = Take((long)embeddingLength * tokenCapacity);
        ByteLength = next;
    }

    public long TokensOffset { get; }

    public long PositionsOffset { get; }

    public long RowsOffset { get; }

    public long OutputRowsOffset { get; }

    /// <summary>For each sequence first row, rows, slot read, slot written.</summary>
    public long RunsOffset { get; }

    /// <summary>Rows that are given instead of tokens; behind all else, since a step seldom has any.</summary>
    public long EmbeddingsOffset { get; }

    /// <summary>For each cache group its slots, block table and entry counts.</summary>
    public IReadOnlyList<GroupOffsets> Groups { get; }

    public long ByteLength { get; }

    /// <summary>The inputs as tensors of a batch class.</summary>
    public StepInputs Inputs(int tokens, int outputs)
    {
        Tensor Input(string name, long offset, Live live, params ReadOnlySpan<long> dims) =>
            new Tensor(name, TensorKind.Input, ElementType.I32, dims, live).PlaceAt(_buffer, offset);

        int sequences = _cache.Options.MaxSequences;
        var caches = new List<CacheTensors>(_cache.Layers.Count);
        var shared = new Dictionary<CacheGroup, (Tensor Slots, Tensor Table, Tensor Counts)>();
        for (int g = 0; g < Groups.Count; g++)
        {
            shared[_cache.Groups[g]] = (
                Input($"slots.{g}", Groups[g].Slots, Live.TOKENS, tokens),
                Input($"block_table.{g}", Groups[g].Table, Live.NONE, EntryWords, _cache.Groups[g].MaxEntries, sequences),
                Input($"block_counts.{g}", Groups[g].Counts, Live.NONE, sequences));
        }
        foreach ((CacheGroup group, Tensor keys, Tensor values) in _cache.Layers)
            caches.Add(new CacheTensors(keys, values, shared[group].Slots, shared[group].Table, shared[group].Counts));
        Tensor runs = Input("runs", RunsOffset, Live.NONE, RunWords, sequences);
        return new StepInputs(
            Input("tokens", TokensOffset, Live.TOKENS, tokens),
            new Tensor("embeddings", TensorKind.Input, ElementType.F32, [_embeddingLength, tokens]).PlaceAt(_buffer, EmbeddingsOffset),
            Input("positions", PositionsOffset, Live.TOKENS, tokens),
            Input("rows", RowsOffset, Live.TOKENS, 2, tokens),
            Input("output_rows", OutputRowsOffset, Live.OUTPUTS, outputs),
            caches,
            [.. _cache.States.Tensors.Select(state => new StateTensors(state, runs))]);
    }

    internal readonly record struct GroupOffsets(long Slots, long Table, long Counts);
}
