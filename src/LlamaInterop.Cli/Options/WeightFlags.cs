using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>How a model's weights come into memory, and what they are multiplied with; names are llama.cpp's but for <c>--activations</c>.</summary>
internal abstract class WeightFlags : ProcessorFlags
{
    private const string Section = "Weights";

    [Option("no-mmap", HelpText = "read the file into memory instead of mapping it")]
    [Flag(Section, Opposites = ["--mmap"])]
    public bool NoMmap { get; set; }

    [Option("mlock", HelpText = "keep the weights in physical memory")]
    [Flag(Section)]
    public bool Mlock { get; set; }

    [Option("no-repack", HelpText = "leave matrices as they lie in the file, in its mapping: slower, but memory that other processes share")]
    [Flag(Section, Aliases = ["-nr"])]
    public bool NoRepack { get; set; }

    [Option("repack", HelpText = "lay matrices out for the kernels even where these are slower with it (the plain ones)")]
    [Flag(Section)]
    public bool Repack { get; set; }

    [Option("activations", Default = "auto", MetaValue = "NAME", HelpText = "what quantized weights are multiplied with: plain 8 bits, as llama.cpp does, or refined to 15 in down, k, v and the head, closer and slower at prompts; auto is plain for perplexity and quality, else refined")]
    [Flag(Section, ChoicesOf = typeof(ActivationPrecision))]
    public string Activations { get; set; } = "auto";

    /// <summary>What products read.</summary>
    public ActivationPrecision ReadActivations() => Enum.Parse<ActivationPrecision>(Activations, ignoreCase: true);

    /// <summary>What the two flags ask for.</summary>
    /// <exception cref="UsageException">They contradict each other.</exception>
    public RepackChoice ReadRepack()
    {
        if (Repack && NoRepack)
            throw new UsageException("--repack and --no-repack exclude each other");
        return Repack ? RepackChoice.Always : NoRepack ? RepackChoice.Never : RepackChoice.Auto;
    }
}
