using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>How the next token is chosen; names and defaults are llama.cpp's, and <c>--tfs</c>, which it had.</summary>
internal abstract class SamplingFlags : EngineOptions
{
    private const string Section = "Sampling";

    [Option('s', "seed", Default = -1L, MetaValue = "N", HelpText = "the same seed gives the same text")]
    [Flag(Section, DefaultText = "-1, a new one each run")]
    public long Seed { get; set; }

    [Option("samplers", MetaValue = "A;B;...", HelpText = "the samplers in order")]
    [Flag(Section, DefaultText = "penalties; dry; top_n_sigma; top_k; typ_p; top_p; min_p; xtc; temperature")]
    public string? Samplers { get; set; }

    [Option("sampler-seq", MetaValue = "LETTERS", HelpText = "the same, a letter each")]
    [Flag(Section, Aliases = ["--sampling-seq"], DefaultText = "edskypmxt")]
    public string? SamplerSequence { get; set; }

    [Option("temp", Default = 0.8f, MetaValue = "N", HelpText = "temperature; 0 always takes the likeliest token")]
    [Flag(Section, Aliases = ["--temperature"])]
    public float Temperature { get; set; }

    [Option("dynatemp-range", Default = 0f, MetaValue = "N", HelpText = "temperature moves this far by entropy; 0 is off")]
    [Flag(Section)]
    public float DynamicTemperatureRange { get; set; }

    [Option("dynatemp-exp", Default = 1f, MetaValue = "N", HelpText = "exponent of that")]
    [Flag(Section)]
    public float DynamicTemperatureExponent { get; set; }

    [Option("top-k", Default = 40, MetaValue = "N", HelpText = "keep the N likeliest; 0 is off")]
    [Flag(Section)]
    public int TopK { get; set; }

    [Option("top-p", Default = 0.95f, MetaValue = "N", HelpText = "keep the likeliest that sum to N; 1 is off")]
    [Flag(Section)]
    public float TopP { get; set; }

    [Option("min-p", Default = 0.05f, MetaValue = "N", HelpText = "keep those above N times the likeliest; 0 is off")]
    [Flag(Section)]
    public float MinP { get; set; }

    [Option("tfs", Default = 1f, MetaValue = "N", HelpText = "tail-free sampling; 1 is off")]
    [Flag(Section)]
    public float TailFree { get; set; }

    [Option("typical", Default = 1f, MetaValue = "N", HelpText = "locally typical sampling; 1 is off")]
    [Flag(Section, Aliases = ["--typical-p"])]
    public float Typical { get; set; }

    [Option("top-nsigma", Default = -1f, MetaValue = "N", HelpText = "keep logits within N standard deviations of the best; -1 is off")]
    [Flag(Section, Aliases = ["--top-n-sigma"])]
    public float TopNSigma { get; set; }

    [Option("xtc-probability", Default = 0f, MetaValue = "N", HelpText = "chance of leaving out the likeliest; 0 is off")]
    [Flag(Section)]
    public float XtcProbability { get; set; }

    [Option("xtc-threshold", Default = 0.1f, MetaValue = "N", HelpText = "XTC leaves out tokens above N; over 0.5 is off")]
    [Flag(Section)]
    public float XtcThreshold { get; set; }

    [Option("repeat-last-n", Default = 64, MetaValue = "N", HelpText = "tokens that penalties look back at; 0 is off, -1 all")]
    [Flag(Section)]
    public int RepeatLastN { get; set; }

    [Option("repeat-penalty", Default = 1f, MetaValue = "N", HelpText = "divide the logits of repeated tokens; 1 is off")]
    [Flag(Section)]
    public float RepeatPenalty { get; set; }

    [Option("presence-penalty", Default = 0f, MetaValue = "N", HelpText = "subtract from the logits of repeated tokens")]
    [Flag(Section)]
    public float PresencePenalty { get; set; }

    [Option("frequency-penalty", Default = 0f, MetaValue = "N", HelpText = "subtract for each time a token was there")]
    [Flag(Section)]
    public float FrequencyPenalty { get; set; }

    [Option("dry-multiplier", Default = 0f, MetaValue = "N", HelpText = "penalty on repeating a passage (DRY); 0 is off")]
    [Flag(Section)]
    public float DryMultiplier { get; set; }

    [Option("dry-base", Default = 1.75f, MetaValue = "N", HelpText = "DRY: growth for each repeated token")]
    [Flag(Section)]
    public float DryBase { get; set; }

    [Option("dry-allowed-length", Default = 2, MetaValue = "N", HelpText = "DRY: repeated tokens that cost nothing")]
    [Flag(Section)]
    public int DryAllowedLength { get; set; }

    [Option("dry-penalty-last-n", Default = 64, MetaValue = "N", HelpText = "DRY: tokens that it looks back at; 0 is off, -1 all")]
    [Flag(Section)]
    public int DryLastN { get; set; }

    [Option("dry-sequence-breaker", MetaValue = "TEXT", HelpText = "DRY: no passage reaches over this; repeat the flag for more, none for none")]
    [Flag(Section, DefaultText = "\\n : \" *")]
    public IEnumerable<string> DryBreakers { get; set; } = [];

    [Option("mirostat", Default = 0, MetaValue = "N", HelpText = "Mirostat 1 or 2 in place of top-k, top-p and typical; 0 is off")]
    [Flag(Section)]
    public int Mirostat { get; set; }

    [Option("mirostat-lr", Default = 0.1f, MetaValue = "N", HelpText = "Mirostat: learning rate, eta")]
    [Flag(Section)]
    public float MirostatEta { get; set; }

    [Option("mirostat-ent", Default = 5f, MetaValue = "N", HelpText = "Mirostat: target entropy, tau")]
    [Flag(Section)]
    public float MirostatTau { get; set; }

    [Option('l', "logit-bias", MetaValue = "ID+BIAS", HelpText = "add to a token's logit: 15043+1, 15043-1 or 29905-inf; repeat the flag for more")]
    [Flag(Section)]
    public IEnumerable<string> LogitBias { get; set; } = [];

    [Option("ignore-eos", HelpText = "go on where the model would end")]
    [Flag(Section)]
    public bool IgnoreEos { get; set; }
}
