using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>embed</c>.</summary>
internal sealed class EmbedOptions : EngineOptions
{
    private const string Section = "Embedding";

    [Option('p', "prompt", MetaValue = "TEXT", HelpText = "the text; special tokens are parsed, those around it are added as the file says")]
    [Flag(Section)]
    public string? Prompt { get; set; }

    [Option('f', "file", MetaValue = "FILE", HelpText = "read the text from a file; a line break at its end is dropped")]
    [Flag(Section)]
    public string? File { get; set; }

    [Option("tokens", MetaValue = "1,2,3", HelpText = "token ids in place of a text, taken as given")]
    [Flag(Section)]
    public string? Tokens { get; set; }

    [Option("pooling", MetaValue = "KIND", HelpText = "how the tokens' hidden states become one vector; none writes them all, as they are")]
    [Flag(Section, Choices = ["none", "mean", "cls", "last"], DefaultText = "the model's own, else mean, or last of a decoder")]
    public string? Pooling { get; set; }

    [Option("no-normalize", HelpText = "leave the vector's length as it is; else it becomes 1")]
    [Flag(Section, Opposites = ["--normalize"])]
    public bool NoNormalize { get; set; }

    [Option('o', "output", MetaValue = "FILE", HelpText = "write raw little-endian f32 there, not numbers to stdout")]
    [Flag(Section)]
    public string? Output { get; set; }

    /// <summary>What the flags ask to be made of the hidden states.</summary>
    public EmbeddingOptions ToEmbeddingOptions() => new()
    {
        Pooling = Pooling is null ? null : Enum.Parse<Pooling>(Pooling, ignoreCase: true),
        Normalize = !NoNormalize,
    };
}
