using System.Globalization;
using LlamaInterop.Cli.Output;
using LlamaInterop.Models;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of computing as the library's options.</summary>
internal static class EngineMapping
{
    /// <exception cref="UsageException">A number is out of range; the message names its flag.</exception>
    public static LlamaModelOptions ToModelOptions(this EngineOptions flags, IProgress<LoadProgress>? progress) => new()
    {
        Backend = Enum.Parse<BackendChoice>(flags.Backend, ignoreCase: true),
        Threads = ReadThreads(flags),
        Placement = flags.ReadPlacement(),
        ContextSize = InRange("-c", flags.ContextSize, 0, int.MaxValue),
        BatchSize = Math.Min(InRange("-b", flags.BatchSize, 1, int.MaxValue), ReadMicroBatch(flags.MicroBatchSize)),
        KeyCache = Enum.Parse<CacheType>(flags.KeyCache, ignoreCase: true),
        ValueCache = Enum.Parse<CacheType>(flags.ValueCache, ignoreCase: true),
        FullWindows = flags.FullWindows,
        UseMapping = !flags.NoMmap,
        LockMemory = flags.Mlock,
        Repack = flags.ReadRepack(),
        Activations = flags.ReadActivations(),
        Overrides = flags.ReadOverrides(),
        Rope = ReadRope(flags),
        Progress = progress,
    };

    /// <summary>With a cache of f32 where nothing else was asked for: for verbs that exist for exactness.</summary>
    public static LlamaModelOptions WithExactCache(this LlamaModelOptions options) => options with
    {
        KeyCache = options.KeyCache == CacheType.Auto ? CacheType.F32 : options.KeyCache,
        ValueCache = options.ValueCache == CacheType.Auto ? CacheType.F32 : options.ValueCache,
    };

    /// <summary>Loads the model that the flags name, saying on stderr what runs where.</summary>
    /// <exception cref="UsageException"><c>-ngl</c> has a value that it cannot take.</exception>
    public static LlamaModel LoadModel(this EngineOptions flags, string path, LlamaModelOptions options, Terminal terminal)
    {
        bool wantsGpu = AsksForGpuLayers(flags.GpuLayers);
        LlamaModel model = LlamaModel.Load(path, options, terminal.Interrupted);
        try
        {
            foreach (string warning in model.Warnings)
                terminal.Error.WriteLine($"warning: {warning}");
            terminal.Error.WriteLine($"device: {model.Device}{(options.Backend == BackendChoice.Auto ? " (auto)" : "")}; context {model.ContextSize}; memory {model.Memory}");
            terminal.Error.WriteLine($"kernels: {model.Kernels}");
            if (wantsGpu)
                terminal.Error.WriteLine($"-ngl {flags.GpuLayers}: all layers stay on the CPU, because {(options.Backend == BackendChoice.Cpu ? "--backend cpu was asked for" : "this build has no GPU backend")}");
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static bool AsksForGpuLayers(string layers)
    {
        if (layers is "auto" or "all")
            return layers == "all";
        return int.TryParse(layers, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count)
            ? count > 0
            : throw new UsageException($"--n-gpu-layers: '{layers}' is not a number, auto or all");
    }

    /// <summary>Where llama.cpp's 0 or -1 mean the model's own setting, so they do here.</summary>
    private static RopeOverrides ReadRope(EngineOptions flags)
    {
        if (flags.RopeScale is not null && flags.RopeFrequencyScale is not null)
            throw new UsageException("only one of --rope-scale and --rope-freq-scale can be given");
        return new(
            flags.RopeScaling is null ? null : Enum.Parse<RopeScalingKind>(flags.RopeScaling, ignoreCase: true),
            Unless(0, flags.RopeFrequencyBase),
            Unless(0, flags.RopeScale) is { } factor ? 1 / factor : Unless(0, flags.RopeFrequencyScale),
            flags.YarnOriginalContext == 0 ? null : flags.YarnOriginalContext,
            Unless(-1, flags.YarnExtrapolation),
            Unless(-1, flags.YarnAttention),
            Unless(-1, flags.YarnBetaFast),
            Unless(-1, flags.YarnBetaSlow));
    }

    private static int ReadThreads(EngineOptions flags)
    {
        int threads = InRange("-t", flags.Threads, -1, 256);
        if (flags.BatchThreads is { } batch && Math.Max(0, batch) != Math.Max(0, threads))
            throw new UsageException($"--threads-batch: {batch} is not what --threads is ({threads}): one number serves prompts and answers here");
        return Math.Max(0, threads);
    }

    private static float? Unless(float modelsOwn, float? value) => value == modelsOwn ? null : value;

    public static int ReadMicroBatch(int value) => InRange("-ub", value, 1, 65536);

    public static int InRange(string flag, int value, int lowest, int highest) => value >= lowest && value <= highest
        ? value
        : throw new UsageException($"{flag}: {value} is not a number from {lowest} to {highest}");
}

/// <summary>The library's progress as a line on stderr, once loading has taken a second.</summary>
internal sealed class LoadProgressLine(ConsoleProgress line, TimeProvider? time = null) : IProgress<LoadProgress>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly long _start = (time ?? TimeProvider.System).GetTimestamp();

    public void Report(LoadProgress value)
    {
        if (_time.GetElapsedTime(_start) >= Patience)
            line.Report(value.Fraction, value.Stage);
    }
}
