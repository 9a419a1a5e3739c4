using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>How a model is loaded and computed; names and defaults are llama.cpp's.</summary>
internal abstract class EngineOptions : WeightFlags
{
    private const string Section = "Computing";
    private const string Positions = "Positions (RoPE)";

    [Option('c', "ctx-size", Default = 0, MetaValue = "N", HelpText = "context size in tokens")]
    [Flag(Section, DefaultText = "0, the model's own; of verbs that cut a text into chunks, 512")]
    public int ContextSize { get; set; }

    [Option('b', "batch-size", Default = 2048, MetaValue = "N", HelpText = "most prompt tokens handed over at once")]
    [Flag(Section)]
    public int BatchSize { get; set; }

    [Option("ubatch-size", Default = 512, MetaValue = "N", HelpText = "most tokens computed at once")]
    [Flag(Section, Aliases = ["-ub"])]
    public int MicroBatchSize { get; set; }

    [Option('t', "threads", Default = -1, MetaValue = "N", HelpText = "CPU threads")]
    [Flag(Section, DefaultText = "-1, one for each physical core of the fast kind")]
    public int Threads { get; set; }

    [Option("threads-batch", MetaValue = "N", HelpText = "accepted for llama.cpp's sake where it is the same as --threads: one number serves prompts and answers here")]
    [Flag(Section, Aliases = ["-tb"], DefaultText = "as --threads")]
    public int? BatchThreads { get; set; }

    [Option("backend", Default = "auto", MetaValue = "NAME", HelpText = "what computes")]
    [Flag(Section, Choices = ["auto", "cpu", "cuda", "metal"])]
    public string Backend { get; set; } = "auto";

    [Option("n-gpu-layers", Default = "auto", MetaValue = "N", HelpText = "layers that a GPU computes: a number, auto or all")]
    [Flag(Section, Aliases = ["-ngl", "--gpu-layers"])]
    public string GpuLayers { get; set; } = "auto";

    [Option("flash-attn", Default = "auto", MetaValue = "on|off|auto", HelpText = "accepted for llama.cpp's sake: attention never holds a score matrix here")]
    [Flag(Section, Aliases = ["-fa"], Choices = ["on", "off", "auto", "1", "0"], Implied = "on")]
    public string FlashAttention { get; set; } = "auto";

    [Option("cache-type-k", Default = "auto", MetaValue = "TYPE", HelpText = "type of cached keys; auto is f32 for a model all in f32, else f16")]
    [Flag(Section, Aliases = ["-ctk"], ChoicesOf = typeof(CacheType))]
    public string KeyCache { get; set; } = "auto";

    [Option("cache-type-v", Default = "auto", MetaValue = "TYPE", HelpText = "type of cached values")]
    [Flag(Section, Aliases = ["-ctv"], ChoicesOf = typeof(CacheType))]
    public string ValueCache { get; set; } = "auto";

    [Option("swa-full", HelpText = "keep all tokens in layers with a sliding window")]
    [Flag(Section)]
    public bool FullWindows { get; set; }

    [Option("rope-scaling", MetaValue = "KIND", HelpText = "frequency scaling")]
    [Flag(Positions, Choices = ["none", "linear", "yarn", "longrope"], DefaultText = "the model's own")]
    public string? RopeScaling { get; set; }

    [Option("rope-scale", MetaValue = "N", HelpText = "stretch the context by this factor")]
    [Flag(Positions, DefaultText = "the model's own")]
    public float? RopeScale { get; set; }

    [Option("rope-freq-base", MetaValue = "N", HelpText = "base frequency")]
    [Flag(Positions, DefaultText = "the model's own")]
    public float? RopeFrequencyBase { get; set; }

    [Option("rope-freq-scale", MetaValue = "N", HelpText = "frequency factor; 1/N stretches the context by N")]
    [Flag(Positions, DefaultText = "the model's own")]
    public float? RopeFrequencyScale { get; set; }

    [Option("yarn-orig-ctx", MetaValue = "N", HelpText = "YaRN: the context that the model was trained with")]
    [Flag(Positions, DefaultText = "the model's own")]
    public int? YarnOriginalContext { get; set; }

    [Option("yarn-ext-factor", MetaValue = "N", HelpText = "YaRN: share of extrapolation; 0 interpolates only")]
    [Flag(Positions, DefaultText = "the model's own, else 1")]
    public float? YarnExtrapolation { get; set; }

    [Option("yarn-attn-factor", MetaValue = "N", HelpText = "YaRN: factor on the attention's magnitude")]
    [Flag(Positions, DefaultText = "the model's own, else 1")]
    public float? YarnAttention { get; set; }

    [Option("yarn-beta-fast", MetaValue = "N", HelpText = "YaRN: rotations over which nothing is interpolated")]
    [Flag(Positions, DefaultText = "the model's own, else 32")]
    public float? YarnBetaFast { get; set; }

    [Option("yarn-beta-slow", MetaValue = "N", HelpText = "YaRN: rotations under which all is interpolated")]
    [Flag(Positions, DefaultText = "the model's own, else 1")]
    public float? YarnBetaSlow { get; set; }
}
