using CommandLine;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Cli.Text;
using LlamaInterop.Tools;
using Split = LlamaInterop.Gguf.GgufSplitOptions;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>convert</c>.</summary>
internal sealed class ConvertFlags : VerbOptions
{
    private const string Section = "Conversion";

    [Value(0, MetaName = "DIR|FILE", Required = true, HelpText = "the model: a folder with its weights and their configuration, or a file of weights; or a LoRA adapter")]
    public string Source { get; set; } = "";

    [Option('o', "output", MetaValue = "FILE", HelpText = "the GGUF file, or a folder for it; {ftype} in its name is the type's")]
    [Flag(Section, Aliases = ["--outfile"], DefaultText = "NAME-TYPE.gguf beside the source")]
    public string? Output { get; set; }

    [Option("outtype", MetaValue = "TYPE", Default = "auto", HelpText = "what matrices become; auto is the checkpoint's own 16-bit type")]
    [Flag(Section, Choices = ["auto", "f32", "f16", "bf16", "q8_0"])]
    public string OutType { get; set; } = "auto";

    [Option("model-name", MetaValue = "NAME", HelpText = "the file's general.name")]
    [Flag(Section, DefaultText = "the folder's or file's")]
    public string? ModelName { get; set; }

    [Option("no-vocab", HelpText = "convert the weights without a tokenizer; the file runs on token ids alone")]
    [Flag(Section)]
    public bool NoVocab { get; set; }

    [Option("vocab-only", HelpText = "convert the tokenizer without weights")]
    [Flag(Section)]
    public bool VocabOnly { get; set; }

    [Option("base", MetaValue = "DIR|GGUF", HelpText = "the model that a LoRA adapter belongs to")]
    [Flag(Section, DefaultText = "what the adapter's configuration names")]
    public string? BaseModel { get; set; }

    [Option("dry-run", HelpText = "list what would be written, and write nothing")]
    [Flag(Section)]
    public bool DryRun { get; set; }

    [Option("split-max-size", MetaValue = "N(M|G)", HelpText = "write parts that hold at most so many megabytes or gigabytes (10^6, 10^9 bytes) of tensors")]
    [Flag(Section, DefaultText = "one file")]
    public string? SplitMaxSize { get; set; }

    [Option("split-max-tensors", MetaValue = "N", HelpText = "write parts that hold at most so many tensors")]
    [Flag(Section, DefaultText = "one file")]
    public int? SplitMaxTensors { get; set; }

    [Option('t', "threads", MetaValue = "N", HelpText = "threads that encode; 0 for one a processor")]
    [Flag(Section)]
    public int Threads { get; set; }

    public ConvertOptions ToOptions() => new()
    {
        Threads = Threads,
        Split = SplitMaxSize is null && SplitMaxTensors is null ? null : new Split
        {
            MaxBytes = SplitMaxSize is null ? null : DecimalSize.Parse("--split-max-size", SplitMaxSize),
            MaxTensors = SplitMaxTensors,
        },
        OutputType = Enum.Parse<ConvertType>(OutType, ignoreCase: true),
        ModelName = ModelName,
        NoVocabulary = NoVocab,
        VocabularyOnly = VocabOnly,
        BaseModel = BaseModel,
        DryRun = DryRun,
    };
}
