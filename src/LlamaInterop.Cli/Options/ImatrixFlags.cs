using CommandLine;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>imatrix</c>; they are llama-imatrix's.</summary>
internal sealed class ImatrixFlags : TextEngineOptions
{
    private const string Section = "Importance matrix";

    [Option('o', "output-file", Default = "imatrix.gguf", MetaValue = "FILE", HelpText = "the file to write; one that a run with the same settings left is gone on with")]
    [Flag(Section, Aliases = ["--output"])]
    public string Output { get; set; } = "";

    [Option("output-format", Default = "gguf", MetaValue = "FORMAT", HelpText = "gguf, or llama.cpp's older format")]
    [Flag(Section, Choices = ["gguf", "dat"])]
    public string Format { get; set; } = "gguf";

    [Option("in-file", MetaValue = "FILE", HelpText = "a matrix whose sums are added; several by commas or by repeating the flag. Without a text they are only joined")]
    [Flag(Section)]
    public IEnumerable<string> InFiles { get; set; } = [];

    [Option("chunk", MetaValue = "N", HelpText = "leave out so many chunks at the text's beginning")]
    [Flag(Section, Aliases = ["--from-chunk"], DefaultText = "0")]
    public int FirstChunk { get; set; }

    [Option("process-output", HelpText = "count the output head as well")]
    [Flag(Section)]
    public bool ProcessOutput { get; set; }

    [Option("no-ppl", HelpText = "do not compute the text's perplexity along the way")]
    [Flag(Section, Opposites = ["--ppl"])]
    public bool NoPerplexity { get; set; }

    [Option("parse-special", HelpText = "read <|name|> and the like in the text as special tokens")]
    [Flag(Section, Opposites = ["--no-parse-special"])]
    public bool ParseSpecial { get; set; }

    [Option("output-frequency", Default = 10, MetaValue = "N", HelpText = "write the file every so many chunks, so that a run that is cut can go on")]
    [Flag(Section, Aliases = ["-ofreq"])]
    public int OutputFrequency { get; set; }

    [Option("save-frequency", MetaValue = "N", HelpText = "keep a copy, FILE.at_CHUNK, every so many chunks")]
    [Flag(Section, DefaultText = "0, never")]
    public int SaveFrequency { get; set; }

    [Option("show-statistics", HelpText = "show what the one --in-file holds")]
    [Flag(Section)]
    public bool ShowStatistics { get; set; }

    public ImportanceFormat FileFormat => Format == "dat" ? ImportanceFormat.Dat : ImportanceFormat.Gguf;

    /// <summary>The files to add.</summary>
    public IReadOnlyList<string> ReadInFiles() => [.. InFiles.SelectMany(files => files.Split(',', StringSplitOptions.RemoveEmptyEntries))];

    public ImportanceOptions ToOptions() => new()
    {
        ContextSize = ChunkLength,
        MaxChunks = MaxChunks,
        FirstChunk = EngineMapping.InRange("--chunk", FirstChunk, 0, int.MaxValue),
        ProcessOutput = ProcessOutput,
        ComputePerplexity = !NoPerplexity,
    };
}
