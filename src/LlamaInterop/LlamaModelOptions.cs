using LlamaInterop.Gguf;
using LlamaInterop.Models;

namespace LlamaInterop;

/// <summary>Where a model's ops run.</summary>
public enum BackendChoice
{
    /// <summary>The fastest backend of this build that finds a device.</summary>
    Auto,

    /// <summary>The processor; always there.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda,

    /// <summary>An Apple GPU.</summary>
    Metal,
}

/// <summary>
/// Element type of cached keys or values. Those with a Q are ggml's blocks of 32 elements: a head must have a whole number of them.
/// </summary>
public enum CacheType
{
    /// <summary>f32 for a model whose matrices are all f32, else f16.</summary>
    Auto,

    /// <summary>Half precision: half the memory of f32.</summary>
    F16,

    /// <summary>Single precision.</summary>
    F32,

    /// <summary>The upper half of single precision.</summary>
    BF16,

    /// <summary>8.5 bits an element.</summary>
    Q8_0,

    /// <summary>6 bits an element.</summary>
    Q5_1,

    /// <summary>5.5 bits an element.</summary>
    Q5_0,

    /// <summary>5 bits an element.</summary>
    Q4_1,

    /// <summary>4.5 bits an element.</summary>
    Q4_0,

    /// <summary>4.5 bits an element, in steps that grow outwards.</summary>
    IQ4_NL,
}

/// <summary>How a model is loaded.</summary>
public sealed record LlamaModelOptions
{
    /// <summary>Tokens that one step can have.</summary>
    internal const int MaxBatchSize = 65536;

    /// <summary>Where the model runs. Only <see cref="BackendChoice.Auto"/> takes what there is; another choice fails where it is not there.</summary>
    public BackendChoice Backend { get; init; } = BackendChoice.Auto;

    /// <summary>Threads; 0 for one a physical core, of the fast kind where the processor has two.</summary>
    public int Threads { get; init; }

    /// <summary>Where the threads run and how they wait for each other.</summary>
    public ThreadPlacement Placement { get; init; } = new();

    /// <summary>Tokens of the longest sequence, prompt and answer together; 0 for the length that the model was trained for.</summary>
    public int ContextSize { get; init; }

    /// <summary>
    /// Tokens computed in one step at most; raised to <see cref="MaxSequences"/> and rounded up to a power of two. An encoder takes a whole
    /// text in one step, whatever this says.
    /// </summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>Generations that run together.</summary>
    public int MaxSequences { get; init; } = 1;

    /// <summary>Element type of cached keys.</summary>
    public CacheType KeyCache { get; init; } = CacheType.Auto;

    /// <summary>Element type of cached values.</summary>
    public CacheType ValueCache { get; init; } = CacheType.Auto;

    /// <summary>Whether layers with a sliding window keep all tokens, so that a sequence can be cut anywhere.</summary>
    public bool FullWindows { get; init; }

    /// <summary>
    /// Positions of one step whose logits can be had at most; raised to <see cref="MaxSequences"/>. Generating needs one a sequence;
    /// <see cref="LlamaModel.Evaluate"/> and the measurements of a text take all positions in steps of so many.
    /// </summary>
    public int OutputRows { get; init; } = 32;

    /// <summary>Checkpoints of sequences that can be kept beside the running ones.</summary>
    internal int Checkpoints { get; init; }

    /// <summary>
    /// Whether weights are read from the file's mapping: those that are not repacked in place, the others once. Otherwise the file is
    /// read, and all weights lie in memory of their own.
    /// </summary>
    public bool UseMapping { get; init; } = true;

    /// <summary>Whether matrices are laid out anew for the kernels while they are loaded; they take as many bytes as in the file, and their pages of it are given back.</summary>
    public RepackChoice Repack { get; init; } = RepackChoice.Auto;

    /// <summary>How exactly products of quantized weights read their activations.</summary>
    public ActivationPrecision Activations { get; init; } = ActivationPrecision.Auto;

    /// <summary>Whether weights are kept from being swapped out.</summary>
    public bool LockMemory { get; init; }

    /// <summary>
    /// Whether loading waits for the system to find huge pages, however long it takes: for who measures what comes after it. Otherwise
    /// those that do not come at once are made while the model runs.
    /// </summary>
    internal bool WaitsForHugePages { get; init; }

    /// <summary>Rotary settings in place of the file's.</summary>
    public RopeOverrides Rope { get; init; }

    /// <summary>Metadata in place of the file's.</summary>
    public IReadOnlyList<GgufOverride> Overrides { get; init; } = [];

    /// <summary>Told what is being done and how far it is (0 to 1).</summary>
    public IProgress<LoadProgress>? Progress { get; init; }

    /// <summary>Checks what can be checked without a file.</summary>
    /// <exception cref="ModelException">An option is out of range; the message names it.</exception>
    internal void Validate()
    {
        Require(Threads is >= 0 and <= 256, $"threads is {Threads}, but must be from 0 to 256");
        Require(
            Placement.Processors.All(number => number is >= 0 and < ThreadPlacement.MostProcessors),
            $"a processor is not from 0 to {ThreadPlacement.MostProcessors - 1}");
        Require(Placement.SpinMicroseconds is >= 0 and <= 1000000, $"spin is {Placement.SpinMicroseconds} microseconds, but must be from 0 to 1000000");
        Require(ContextSize >= 0, $"context size is {ContextSize}, but must be 0 (the model's) or more");
        Require(BatchSize is >= 1 and <= MaxBatchSize, $"batch size is {BatchSize}, but must be from 1 to {MaxBatchSize}");
        Require(OutputRows is >= 1 and <= MaxBatchSize, $"output rows are {OutputRows}, but must be from 1 to {MaxBatchSize}");
        Require(MaxSequences is >= 1 and <= 1024, $"max sequences is {MaxSequences}, but must be from 1 to 1024");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw new ModelException(message);
    }
}

/// <summary>How far loading is.</summary>
/// <param name="Stage">What is being done, for instance "reading the header".</param>
/// <param name="Fraction">From 0 to 1.</param>
public readonly record struct LoadProgress(string Stage, double Fraction);
