using LlamaInterop.Compute;
using LlamaInterop.Gguf;
using LlamaInterop.Models;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>
/// Runs batches through a model: owns its buffers, its caches and one program per batch class, compiled when first needed. Used by
/// one thread at a time, which is also worker 0 of the CPU's pool.
/// </summary>
internal sealed class ModelRunner : IDisposable
{
    private const int ScratchBuffer = 0;
    private const int InputBuffer = 1;
    private const int CacheBuffer = 2;

    /// <summary>Index among a program's buffers of the file's first part.</summary>
    public const int FirstWeightBuffer = 3;

    private readonly BackendHandle _backend;
    private readonly BufferHandle[] _buffers;
    private readonly BatchClasses _classes;
    private readonly ProgramHandle?[] _programs;
    private readonly StepWriter _inputs;
    private readonly Lazy<IReadOnlyList<(string Name, string Value)>> _fingerprint;
    private readonly int[] _arguments = new int[(int)Live.COUNT];
    private long _logitsOffset;

    public ModelRunner(GgufFile file, IModel model, ModelWeights weights, BackendHandle backend, RunnerOptions options, long availableMemory)
    {
        _backend = backend;
        Model = model;
        int batchSize = BatchClasses.CapacityFor(options.BatchSize);
        Options = options with { BatchSize = batchSize };
        var cacheOptions = new CacheOptions(options.ContextSize, options.MaxSequences, batchSize, options.KeyType, options.ValueType, options.FullWindows, options.Checkpoints);
        Cache = new KvCache(model.Memory, cacheOptions, CacheBuffer);
        var layout = new StepLayout(Cache, InputBuffer, batchSize, options.MaxOutputs, model.Parameters.EmbeddingLength);
        _classes = new BatchClasses(
            model, layout, batchSize, options.MaxOutputs, t => backend.MatmulActivation(t, LkLayout.PLAIN),
            op => ProgramRecords.IsSupported(op, backend), ScratchBuffer);
        _programs = new ProgramHandle?[_classes.Count];
        Estimate = new MemoryEstimate(weights.Used.Sum(t => t.ByteLength), Cache.BlockBytes, Cache.ByteLength - Cache.BlockBytes, _classes.ScratchBytes, layout.ByteLength);
        WeightTypes = [.. weights.Used.Select(t => t.Type).Distinct().Order()];
        Estimate.CheckFits(file.Path, availableMemory);
        _buffers = WeightBuffers.Create(file, backend, FirstWeightBuffer, options);
        _buffers[ScratchBuffer] = BufferHandle.Create(backend, _classes.ScratchBytes);
        _buffers[InputBuffer] = BufferHandle.Create(backend, layout.ByteLength);
        _buffers[CacheBuffer] = BufferHandle.Create(backend, Cache.ByteLength);
        Cache.Buffer = _buffers[CacheBuffer];
        _inputs = new StepWriter(layout, Cache, _buffers[InputBuffer]);
        _fingerprint = new(() => ModelFingerprint.Of(file, model, Cache, layout.Inputs(tokens: 1, outputs: 1), weights.Used));
        BytesPerToken = Compute.BytesRead.PerToken(_classes[0].Graph);
        ExpertBytes = Compute.BytesRead.OfExperts(_classes[0].Graph);
    }

    public IModel Model { get; }

    /// <summary>Sizes, with the batch size rounded up to a class.</summary>
    public RunnerOptions Options { get; }

    public KvCache Cache { get; }

    public MemoryEstimate Estimate { get; }

    /// <summary>Bytes of weights that decoding one token reads.</summary>
    public long BytesPerToken { get; }

    /// <summary>Bytes of experts' weights that decoding one token reads, and of all of them.</summary>
    public (long Read, long All) ExpertBytes { get; }

    /// <summary>The element types of the weights that the model reads.</summary>
    public IReadOnlyList<ElementType> WeightTypes { get; }

    /// <summary>What another runner must have in common with this one to go on with its sequences.</summary>
    public IReadOnlyList<(string Name, string Value)> Fingerprint => _fingerprint.Value;

    /// <summary>Programs compiled so far; after warm-up no step compiles one.</summary>
    public int ProgramsCreated { get; private set; }

    /// <summary>The batch class that a step of so many tokens runs in.</summary>
    public BatchClass ClassOf(int tokens) => _classes[BatchClasses.IndexOf(tokens)];

    public Batch NewBatch() => new(Options.BatchSize, Options.MaxOutputs, Options.MaxSequences, Model.Parameters.EmbeddingLength);

    /// <summary>
    /// Runs one step: appends the batch's tokens to their sequences and computes the wanted logits. Where it fails or is cancelled,
    /// the sequences are as before.
    /// </summary>
    /// <exception cref="CacheFullException">No cache block is free.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was set.</exception>
    public void Run(Batch batch, CancelFlag? cancel = null)
    {
        if (batch.TokenCount == 0)
            return;
        try
        {
            _inputs.Write(batch);
            int index = BatchClasses.IndexOf(batch.TokenCount);
            _arguments[(int)Live.TOKENS] = batch.TokenCount;
            _arguments[(int)Live.OUTPUTS] = batch.OutputCount;
            _arguments[(int)Live.SEQUENCES] = batch.SequenceCount;
            Program(index).Submit(_arguments, cancel);
            _logitsOffset = _classes[index].Logits.Offset;
            for (int s = 0; s < batch.SequenceCount; s++)
                batch.SequenceAt(s).Commit();
        }
        catch
        {
            for (int s = 0; s < batch.SequenceCount; s++)
                batch.SequenceAt(s).Undo(batch.LengthBefore(s));
            throw;
        }
    }

    /// <summary>The logits of the last step's output row <paramref name="output"/>; valid until the next step.</summary>
    public Span<float> Logits(int output) =>
        _buffers[ScratchBuffer].Slice<float>(_logitsOffset + ((long)output * Model.VocabularySize * sizeof(float)), Model.VocabularySize);

    /// <summary>Compiles the smallest class's program, so that what the backend refuses is refused before the first step.</summary>
    /// <exception cref="NativeException">The backend refuses an op; the message names it.</exception>
    public void CompileFirst() => Program(0);

    /// <summary>Compiles the program of every batch class.</summary>
    public void CompileAll()
    {
        for (int i = 0; i < _classes.Count; i++)
            Program(i);
    }

    /// <summary>Starts timing per op in every program.</summary>
    public void StartProfile()
    {
        CompileAll();
        foreach (ProgramHandle? program in _programs)
            program!.Profile(true);
    }

    /// <summary>Nanoseconds of all threads in each op of a batch class since <see cref="StartProfile"/>, in the listing's order.</summary>
    public long[] ProfileOf(int tokens)
    {
        int index = BatchClasses.IndexOf(tokens);
        long[] times = new long[_classes[index].Graph.Ops.Count];
        Program(index).ReadOpTimes(times);
        return times;
    }

    public void Dispose()
    {
        foreach (ProgramHandle? program in _programs)
            program?.Dispose();
        foreach (BufferHandle buffer in _buffers)
            buffer.Dispose();
    }

    private ProgramHandle Program(int index)
    {
        if (_programs[index] is { } ready)
            return ready;
        ProgramsCreated++;
        return _programs[index] = ProgramRecords.Compile(_classes[index].Graph, _backend, _buffers);
    }
}
