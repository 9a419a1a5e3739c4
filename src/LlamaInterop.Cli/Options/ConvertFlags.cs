using CommandLine;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>convert</c>.</summary>
internal sealed class ConvertFlags : VerbOptions
{
    private const string Section = "Conversion";

    [Value(0, MetaName = "DIR|FILE", Required = true, HelpText = "the model: a folder with config.json and its weights, or a file of weights")]
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

    [Option("dry-run", HelpText = "list what would be written, and write nothing")]
    [Flag(Section)]
    public bool DryRun { get; set; }

    public ConvertOptions ToOptions() => new()
    {
        OutputType = Enum.Parse<ConvertType>(OutType, ignoreCase: true),
        ModelName = ModelName,
        NoVocabulary = NoVocab,
        VocabularyOnly = VocabOnly,
        DryRun = DryRun,
    };
}
