using System.Globalization;
using CommandLine;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>quality</c>.</summary>
internal sealed class QualityFlags : WeightFlags
{
    private const string Section = "Study";
    private const string Results = "Results";
    private const int MostTokens = 1 << 20;

    [Option("types", Default = "q8_0,q6_k,q5_k_m,q4_k_m,q4_0,q3_k_m,q2_k", MetaValue = "TYPE,...", HelpText = "the types to compare with the model, as quantize names them")]
    [Flag(Section)]
    public string Types { get; set; } = "";

    [Option('f', "file", MetaValue = "FILE", HelpText = "the text, for the perplexity")]
    [Flag(Section)]
    public string? TextFile { get; set; }

    [Option('c', "ctx-size", Default = 512, MetaValue = "N", HelpText = "tokens of a chunk")]
    [Flag(Section)]
    public int ContextSize { get; set; }

    [Option("chunks", Default = 0, MetaValue = "N", HelpText = "chunks to compute at most")]
    [Flag(Section, DefaultText = "0, all")]
    public int Chunks { get; set; }

    [Option('t', "threads", MetaValue = "N,...", HelpText = "thread counts to time with")]
    [Flag(Section, DefaultText = "one for each physical core")]
    public string? Threads { get; set; }

    [Option('p', "n-prompt", Default = 512, MetaValue = "N", HelpText = "tokens to prefill when timing")]
    [Flag(Section)]
    public int Prompt { get; set; }

    [Option('n', "n-gen", Default = 64, MetaValue = "N", HelpText = "tokens to decode when timing")]
    [Flag(Section)]
    public int Generated { get; set; }

    [Option('r', "repetitions", Default = 3, MetaValue = "N", HelpText = "times that each timing runs")]
    [Flag(Section)]
    public int Repetitions { get; set; }

    [Option("imatrix", MetaValue = "FILE", HelpText = "an importance matrix to quantize with")]
    [Flag(Section)]
    public string? Imatrix { get; set; }

    [Option("keep", MetaValue = "DIR", HelpText = "keep the quantized files there as TYPE.gguf")]
    [Flag(Results)]
    public string? Keep { get; set; }

    [Option('o', "output", MetaValue = "PREFIX", HelpText = "also write PREFIX.json, PREFIX.csv and PREFIX.html, a page with drawings")]
    [Flag(Results)]
    public string? Output { get; set; }

    /// <exception cref="UsageException">A flag is out of range or missing.</exception>
    public QualityOptions ToStudy()
    {
        if (Output is "")
            throw new UsageException("-o, the results' name, is empty");
        if (Keep is not null && !Directory.Exists(Keep))
            throw new UsageException($"--keep: {Keep} is not a folder");
        var study = new QualityOptions
        {
            Types = ReadTypes(),
            Text = new() { ContextSize = Checked("-c", ContextSize, 4), MaxChunks = Checked("--chunks", Chunks, 0) },
            Prompt = Checked("-p", Prompt, 1),
            Generated = Checked("-n", Generated, 1),
            Repetitions = Checked("-r", Repetitions, 1),
            Importance = Imatrix is null ? null : ImportanceMatrix.Load(Imatrix),
            Model = new LlamaModelOptions
            {
                Overrides = ReadOverrides(),
                Placement = ReadPlacement(),
                UseMapping = !NoMmap,
                LockMemory = Mlock,
                Repack = ReadRepack(),
                Activations = ReadActivations(),
            },
            KeepFolder = Keep,
        };
        return Threads is null ? study : study with { Threads = ReadThreads(Threads) };
    }

    /// <exception cref="UsageException">None is named.</exception>
    public byte[] ReadText() => TextFile is { Length: > 0 } ? Cli.Text.TextFile.ReadBytes(TextFile) : throw new UsageException("-f, the text to measure with, is missing");

    private IReadOnlyList<QuantizeType> ReadTypes()
    {
        try
        {
            return [.. Types.Split(',').Select(QuantizeType.Parse)];
        }
        catch (FormatException error)
        {
            throw new UsageException($"--types: {error.Message}");
        }
    }

    private static IReadOnlyList<int> ReadThreads(string text) =>
        [.. text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= 256
            ? count
            : throw new UsageException($"-t: '{part}' is not a number from 1 to 256"))];

    private static int Checked(string flag, int value, int least) =>
        value >= least && value <= MostTokens ? value : throw new UsageException($"{flag}: {value} is not from {least} to {MostTokens}");
}
