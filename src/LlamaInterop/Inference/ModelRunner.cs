using LlamaInterop.Compute;
using LlamaInterop.Compute.Passes;
using LlamaInterop.Gguf;
using LlamaInterop.Models;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>
/// Runs batches through a model: owns its buffers, its caches and the programs of each pass. Used by one thread at a time, which is
/// also worker 0 of the CPU's pool.
/// </summary>
internal sealed class ModelRunner : IDisposable
{
    private const int ScratchBuffer = 0;
    private const int InputBuffer = 1;
    private const int CacheBuffer = 2;

    /// <summary>Index among a program's buffers of the file's first part.</summary>
    public const int FirstWeightBuffer = 3;

    private readonly BackendHandle _backend;
    private readonly string _path;
    private readonly long _availableMemory;
    private readonly StepLayout _layout;
    private readonly WeightBuffers _weights;
    private readonly BufferHandle[] _buffers;
    private readonly int _mainWeightBuffer;
    private readonly Dictionary<Pass, ProgramSet> _passes = [];
    private readonly Pass _mainPass;
    private readonly StepWriter _inputs;
    private readonly Lazy<IReadOnlyList<(string Name, string Value)>> _fingerprint;
    private readonly int[] _arguments = new int[(int)Live.COUNT];
    private ProgramSet _last;
    private int _lastClass;

    public ModelRunner(GgufFile file, IModel model, ModelWeights weights, BackendHandle backend, RunnerOptions options, long availableMemory, LoadWatch watch = default)
    {
        _backend = backend;
        _path = file.Path;
        _availableMemory = availableMemory;
        Model = model;
        int batchSize = BatchClasses.CapacityFor(options.BatchSize);
        Options = options with { BatchSize = batchSize };
        int largest = model is IEncoderDecoder ? Math.Max(batchSize, BatchClasses.CapacityFor(options.ContextSize)) : batchSize;
        var cacheOptions = new CacheOptions(options.ContextSize, options.MaxSequences, batchSize, options.KeyType, options.ValueType, options.FullWindows, options.Checkpoints);
        Cache = new KvCache(model.Memory, cacheOptions, CacheBuffer);
        _layout = new StepLayout(Cache, InputBuffer, largest, largest, model.Parameters.EmbeddingLength);
        _mainPass = model.NeedsWholeText ? Pass.HiddenStates : Pass.Logits;
        _last = Plan(_mainPass);
        if (model is IEncoderDecoder)
            Plan(Pass.Encoder);
        WeightPlan plan = WeightPlan.Of(_passes.Values.SelectMany(p => p.Classes.Graphs), weights.Used, backend, options);
        Estimate = new MemoryEstimate(
            weights.Used.Sum(t => t.ByteLength), Cache.BlockBytes, Cache.ByteLength - Cache.BlockBytes, _passes.Values.Sum(p => p.Classes.ScratchBytes), _layout.ByteLength,
            plan.RepackedBytes);
        UnusedTensors = [.. weights.Unused(model.Parameters.Layers)];
        MissingTensors = [.. weights.Gaps()];
        WeightTypes = [.. weights.Used.Select(t => t.Type).Distinct().Order()];
        Estimate.CheckFits(file.Path, availableMemory);
        _weights = new WeightBuffers(file, backend, options, FirstWeightBuffer);
        try
        {
            _weights.Load(plan, weights.Used, watch);
        }
        catch
        {
            _weights.Dispose();
            throw;
        }
        _buffers = [null!, null!, null!, .. _weights.Buffers];
        _mainWeightBuffer = weights.Used.GroupBy(weight => weight.Buffer).MaxBy(buffer => buffer.Sum(weight => weight.ByteLength))!.Key;
        _buffers[InputBuffer] = BufferHandle.Create(backend, _layout.ByteLength);
        _buffers[CacheBuffer] = BufferHandle.Create(backend, Cache.ByteLength);
        Cache.Buffer = _buffers[CacheBuffer];
        foreach (ProgramSet pass in _passes.Values)
            pass.Allocate(_buffers, ScratchBuffer);
        _inputs = new StepWriter(_layout, Cache, _buffers[InputBuffer]);
        _fingerprint = new(() => ModelFingerprint.Of(file, model, Cache, _layout.Inputs(tokens: 1, outputs: 1), weights.Used));
        BytesPerToken = Compute.BytesRead.PerToken(Main.Classes[0].Graph);
        ExpertBytes = Compute.BytesRead.OfExperts(Main.Classes[0].Graph);
    }

    public IModel Model { get; }

    /// <summary>Sizes, with the batch size rounded up to a class.</summary>
    public RunnerOptions Options { get; }

    public KvCache Cache { get; }

    /// <summary>The memory of all passes planned so far.</summary>
    public MemoryEstimate Estimate { get; private set; }

    /// <summary>Bytes of weights that decoding one token reads.</summary>
    public long BytesPerToken { get; }

    /// <summary>Bytes of experts' weights that decoding one token reads, and of all of them.</summary>
    public (long Read, long All) ExpertBytes { get; }

    /// <summary>Names of the file's tensors that the model does not read, though it knows no reason.</summary>
    public IReadOnlyList<string> UnusedTensors { get; }

    /// <summary>Names of tensors that the file has for other layers only, and that the model does without.</summary>
    public IReadOnlyList<string> MissingTensors { get; }

    /// <summary>The element types of the weights that the model reads.</summary>
    public IReadOnlyList<ElementType> WeightTypes { get; }

    /// <summary>What another runner must have in common with this one to go on with its sequences.</summary>
    public IReadOnlyList<(string Name, string Value)> Fingerprint => _fingerprint.Value;

    /// <summary>Programs compiled so far; after warm-up no step compiles one.</summary>
    public int ProgramsCreated => _passes.Values.Sum(pass => pass.Created);

    private ProgramSet Main => _passes[_mainPass];

    /// <summary>Bytes a second that the backend's threads read from end to end of the buffer that most of the weights lie in.</summary>
    public long MeasureReadRate() => _buffers[_mainWeightBuffer].MeasureReadRate();

    /// <summary>The batch class that a step of so many tokens runs in.</summary>
    public BatchClass ClassOf(int tokens) => Main.Classes[BatchClasses.IndexOf(tokens)];

    /// <summary>
    /// An empty batch for steps of a pass. Hidden states of a model that gives logits are planned and their scratch memory taken when
    /// first asked for.
    /// </summary>
    /// <exception cref="ModelException">Their scratch memory does not fit.</exception>
    public Batch NewBatch(Pass pass = Pass.Logits)
    {
        PassSizes sizes = pass == Pass.Logits ? SizesOf(pass) : PassOf(pass).Classes.Sizes;
        return new(sizes.Tokens, sizes.Outputs, Options.MaxSequences, Model.Parameters.EmbeddingLength, pass);
    }

    /// <summary>
    /// Runs one step: appends the batch's tokens to their sequences and computes the wanted rows. Where it fails or is cancelled,
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
            ProgramSet programs = _passes[batch.Pass];
            programs[index].Submit(_arguments, cancel);
            (_last, _lastClass) = (programs, index);
            for (int s = 0; s < batch.SequenceCount; s++)
                batch.SequenceAt(s).Commit();
        }
        catch
        {
            for (int s = 0; s < batch.SequenceCount; s++)
                batch.SequenceAt(s).Undo(batch.LengthBefore(s), batch.Scope);
            throw;
        }
    }

    /// <summary>The logits of the last step's output row <paramref name="output"/>; valid until the next step.</summary>
    public Span<float> Logits(int output) => Output(output);

    /// <summary>What the last step's pass gave for its output row <paramref name="row"/>: logits or hidden states; valid until the next step.</summary>
    public Span<float> Output(int row) => _last.Output(_lastClass, row);

    /// <summary>What the last step summed, if its pass was <see cref="Pass.Calibration"/>.</summary>
    public IReadOnlyList<SquareSum> Squares => _last.Classes[_lastClass].Squares;

    /// <summary>The sums of one of <see cref="Squares"/>, rows side by side; valid until the next step.</summary>
    public ReadOnlySpan<float> SumsOf(SquareSum sum) => _last.Values(sum.Sums);

    /// <summary>Compiles each pass's smallest program, so that what the backend refuses is refused before the first step.</summary>
    /// <exception cref="NativeException">The backend refuses an op; the message names it.</exception>
    public void CompileFirst()
    {
        foreach (ProgramSet pass in _passes.Values)
            _ = pass[0];
    }

    /// <summary>Compiles the program of every batch class.</summary>
    public void CompileAll() => Main.CompileAll();

    /// <summary>Starts timing per op in every program.</summary>
    public void StartProfile()
    {
        CompileAll();
        for (int i = 0; i < Main.Classes.Count; i++)
            Main[i].Profile(true);
    }

    /// <summary>Nanoseconds of all threads in each op of a batch class since <see cref="StartProfile"/>, in the listing's order.</summary>
    public long[] ProfileOf(int tokens)
    {
        int index = BatchClasses.IndexOf(tokens);
        long[] times = new long[Main.Classes[index].Graph.Ops.Count];
        Main[index].ReadOpTimes(times);
        return times;
    }

    public void Dispose()
    {
        foreach (ProgramSet pass in _passes.Values)
            pass.Dispose();
        _buffers[InputBuffer].Dispose();
        _buffers[CacheBuffer].Dispose();
        _weights.Dispose();
    }

    private PassSizes SizesOf(Pass pass) => pass switch
    {
        Pass.Logits or Pass.Calibration => new(pass, Options.BatchSize, Math.Min(Options.BatchSize, Options.MaxOutputs), Refining(Refinement.Chosen)),
        Pass.HiddenStates => new(pass, Options.BatchSize, Options.BatchSize, Refining(Refinement.All)),
        _ => new(pass, BatchClasses.CapacityFor(Options.ContextSize), BatchClasses.CapacityFor(Options.ContextSize), Refining(Refinement.All)),
    };

    private Refinement Refining(Refinement products) => Options.RefinesActivations ? products : Refinement.None;

    private ProgramSet Plan(Pass pass)
    {
        var classes = new BatchClasses(
            Model, SizesOf(pass), _layout, t => _backend.MatmulActivation(t, LkLayout.PLAIN), op => ProgramRecords.IsSupported(op, _backend), ScratchBuffer);
        return _passes[pass] = new ProgramSet(classes, _backend);
    }

    private ProgramSet PassOf(Pass pass)
    {
        if (_passes.TryGetValue(pass, out ProgramSet? known))
            return known;
        ProgramSet planned = Plan(pass);
        try
        {
            MemoryEstimate estimate = Estimate with { Scratch = Estimate.Scratch + planned.Classes.ScratchBytes };
            estimate.CheckFits(_path, _availableMemory);
            planned.Allocate(_buffers, ScratchBuffer);
            Estimate = estimate;
            return planned;
        }
        catch
        {
            _passes.Remove(pass);
            throw;
        }
    }
}
