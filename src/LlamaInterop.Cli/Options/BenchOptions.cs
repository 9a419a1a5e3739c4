using CommandLine;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>bench</c>; names and defaults are llama-bench's.</summary>
internal sealed class BenchOptions : WeightFlags
{
    private const string Section = "Measuring";
    private const string Making = "Models of random weights";
    private const string Computing = "Computing";
    private const string FewPrompts = "512";
    private const string FewGenerated = "128";
    private const string NoDepth = "0";
    private const int MostTokens = 1 << 24;

    [Option('p', "n-prompt", MetaValue = "N,...", HelpText = "tokens to prefill, 0 for none" + FlagAttribute.Repeated)]
    [Flag(Section, DefaultText = FewPrompts)]
    public IEnumerable<string> Prompts { get; set; } = [];

    [Option('n', "n-gen", MetaValue = "N,...", HelpText = "tokens to decode one by one, 0 for none" + FlagAttribute.Repeated)]
    [Flag(Section, DefaultText = FewGenerated)]
    public IEnumerable<string> Generated { get; set; } = [];

    [Option('d', "n-depth", MetaValue = "N,...", HelpText = "tokens in the context before" + FlagAttribute.Repeated)]
    [Flag(Section, DefaultText = NoDepth)]
    public IEnumerable<string> Depths { get; set; } = [];

    [Option('r', "repetitions", Default = 5, MetaValue = "N", HelpText = "times that each test runs, after one run that does not count")]
    [Flag(Section)]
    public int Repetitions { get; set; }

    [Option('t', "threads", MetaValue = "N,...", HelpText = "CPU threads" + FlagAttribute.Repeated)]
    [Flag(Section, DefaultText = "one for each physical core")]
    public IEnumerable<string> Threads { get; set; } = [];

    [Option("profile", HelpText = "also time each op, in a run of its own")]
    [Flag(Section)]
    public bool Profile { get; set; }

    [Option("pg", MetaValue = "N,N", HelpText = "tokens to prefill and then to decode, timed together; the flag may be repeated")]
    [Flag(Section, Aliases = ["-pg"])]
    public IEnumerable<string> Both { get; set; } = [];

    [Option('o', "output", Default = "md", MetaValue = "FORMAT", HelpText = "a Markdown table, a JSON array, JSON lines, CSV, or SQL, with llama-bench's columns and some more")]
    [Flag(Section, Choices = ["md", "json", "jsonl", "csv", "sql"])]
    public string Output { get; set; } = "md";

    [Option("html", MetaValue = "FILE", HelpText = "also write a page with drawings of the figures")]
    [Flag(Section)]
    public string? Html { get; set; }

    [Option("synthetic", MetaValue = "SHAPE:TYPE", HelpText = "random weights in place of a file, such as llama-1.1b:q4_0; a wrong name lists the known ones")]
    [Flag(Making)]
    public string? Synthetic { get; set; }

    [Option("write", MetaValue = "FILE", HelpText = "keep the random weights as a GGUF file; without this they are made in memory where there is room (Linux: in /dev/shm), else among temporary files, and are gone afterwards")]
    [Flag(Making)]
    public string? Write { get; set; }

    [Option("ubatch-size", Default = 512, MetaValue = "N", HelpText = "most tokens computed at once")]
    [Flag(Computing, Aliases = ["-ub"])]
    public int MicroBatchSize { get; set; }

    [Option("backend", Default = "auto", MetaValue = "NAME", HelpText = "what computes")]
    [Flag(Computing, Choices = ["auto", "cpu", "cuda", "metal"])]
    public string Backend { get; set; } = "auto";

    [Option("cache-type-k", Default = "f16", MetaValue = "TYPE", HelpText = "type of cached keys")]
    [Flag(Computing, Aliases = ["-ctk"], ChoicesOf = typeof(CacheType))]
    public string KeyCache { get; set; } = "f16";

    [Option("cache-type-v", Default = "f16", MetaValue = "TYPE", HelpText = "type of cached values")]
    [Flag(Computing, Aliases = ["-ctv"], ChoicesOf = typeof(CacheType))]
    public string ValueCache { get; set; } = "f16";

    /// <summary>What the sizes ask to be measured.</summary>
    /// <exception cref="UsageException">A size is out of range, or nothing is to be measured.</exception>
    public BenchmarkPlan ReadPlan()
    {
        if (Repetitions is < 1 or > 1000)
            throw new UsageException($"-r: {Repetitions} is not from 1 to 1000");
        List<BenchmarkTest> tests =
        [
            .. BenchmarkTest.Combine(
                NumberList.Read("-p", Prompts.DefaultIfEmpty(FewPrompts), 0, MostTokens), NumberList.Read("-n", Generated.DefaultIfEmpty(FewGenerated), 0, MostTokens), Both.Select(ReadPair),
                NumberList.Read("-d", Depths.DefaultIfEmpty(NoDepth), 0, MostTokens)),
        ];
        return tests.Count > 0 ? new BenchmarkPlan(tests, Repetitions, Profile) : throw new UsageException("-p and -n are both 0, and there is no -pg: there is nothing to measure");
    }

    private static (int Prompt, int Generated) ReadPair(string text) =>
        NumberList.Read("-pg", text, 1, MostTokens) is [int prompt, int generated] ? (prompt, generated) : throw new UsageException($"-pg: '{text}' is not of the form N,N");

    /// <summary>Thread counts; 0 stands for one a physical core.</summary>
    /// <exception cref="UsageException">One is out of range.</exception>
    public IReadOnlyList<int> ReadThreads() => Threads.Any() ? NumberList.Read("-t", Threads, 1, 256) : [0];

    /// <summary>The model of random weights that is asked for, or null.</summary>
    /// <exception cref="UsageException">Its name is wrong, or flags contradict each other.</exception>
    public SyntheticModel? ReadSynthetic()
    {
        if (Synthetic is null)
            return Write is null ? null : throw new UsageException("--write needs --synthetic: what is to be written?");
        if (Write?.Length == 0)
            throw new UsageException("--write, the file to write, is empty");
        if (Model is not null)
            throw new UsageException("--model and --synthetic exclude each other");
        try
        {
            return SyntheticModel.Parse(Synthetic);
        }
        catch (FormatException error)
        {
            throw new UsageException($"--synthetic: {error.Message}");
        }
    }

    /// <summary>How the model is loaded for some of the tests.</summary>
    public LlamaModelOptions ToModelOptions(int threads, int contextSize) => new()
    {
        Backend = Enum.Parse<BackendChoice>(Backend, ignoreCase: true),
        Threads = threads,
        Placement = ReadPlacement(),
        ContextSize = contextSize,
        BatchSize = EngineMapping.ReadMicroBatch(MicroBatchSize),
        KeyCache = Enum.Parse<CacheType>(KeyCache, ignoreCase: true),
        ValueCache = Enum.Parse<CacheType>(ValueCache, ignoreCase: true),
        UseMapping = !NoMmap,
        LockMemory = Mlock,
        WaitsForHugePages = true,
        Repack = ReadRepack(),
        Activations = ReadActivations(),
        Overrides = ReadOverrides(),
    };
}
