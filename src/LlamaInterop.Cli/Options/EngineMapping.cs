using LlamaInterop.Cli.Output;
using LlamaInterop.Models;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of computing as the library's options.</summary>
internal static class EngineMapping
{
    public static LlamaModelOptions ToModelOptions(this EngineOptions flags, IProgress<LoadProgress>? progress) => new()
    {
        Backend = Enum.Parse<BackendChoice>(flags.Backend, ignoreCase: true),
        Threads = Positive(flags.Threads),
        ContextSize = Positive(flags.ContextSize),
        BatchSize = Math.Min(flags.BatchSize, flags.MicroBatchSize),
        KeyCache = Enum.Parse<CacheType>(flags.KeyCache, ignoreCase: true),
        ValueCache = Enum.Parse<CacheType>(flags.ValueCache, ignoreCase: true),
        FullWindows = flags.FullWindows,
        UseMapping = !flags.NoMmap,
        LockMemory = flags.Mlock,
        Overrides = flags.ReadOverrides(),
        Rope = new RopeOverrides(
            flags.RopeScaling is null ? null : Enum.Parse<RopeScalingKind>(flags.RopeScaling, ignoreCase: true),
            flags.RopeFrequencyBase,
            flags.RopeFrequencyScale ?? (flags.RopeScale is { } scale ? 1 / scale : null),
            flags.YarnOriginalContext,
            flags.YarnExtrapolation,
            flags.YarnAttention,
            flags.YarnBetaFast,
            flags.YarnBetaSlow),
        Progress = progress,
    };

    /// <summary>Loads the model that the flags name, saying on stderr what runs where.</summary>
    public static LlamaModel LoadModel(this EngineOptions flags, string path, LlamaModelOptions options, Terminal terminal)
    {
        LlamaModel model = LlamaModel.Load(path, options);
        try
        {
            foreach (string warning in model.Tokenizer.Warnings)
                terminal.Error.WriteLine($"warning: {warning}");
            terminal.Error.WriteLine($"device: {model.Device}{(options.Backend == BackendChoice.Auto ? " (auto)" : "")}; context {model.ContextSize}; memory {model.Memory}");
            if (flags.GpuLayers is not ("auto" or "0"))
                terminal.Error.WriteLine($"-ngl {flags.GpuLayers}: all layers stay on the CPU, because this build has no GPU backend");
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>llama.cpp's -1 and this library's 0 both mean "as you see fit".</summary>
    private static int Positive(int value) => Math.Max(0, value);
}

/// <summary>The library's progress as a line on stderr.</summary>
internal sealed class LoadProgressLine(ConsoleProgress line) : IProgress<LoadProgress>
{
    public void Report(LoadProgress value) => line.Report(value.Fraction);
}
