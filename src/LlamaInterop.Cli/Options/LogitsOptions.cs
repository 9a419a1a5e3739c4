using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>logits</c>.</summary>
internal sealed class LogitsOptions : EngineOptions
{
    private const string Section = "Logits";

    [Option('p', "prompt", MetaValue = "TEXT", HelpText = "the text; special tokens are parsed, BOS is added as the file says")]
    [Flag(Section)]
    public string? Prompt { get; set; }

    [Option("tokens", MetaValue = "1,2,3", HelpText = "token ids in place of a text, taken as given")]
    [Flag(Section)]
    public string? Tokens { get; set; }

    [Option("encoder-tokens", MetaValue = "1,2,3", HelpText = "token ids for the encoder, of a model that has one, in place of a text, which is the encoder's; the decoder goes on from --tokens, else from its start")]
    [Flag(Section)]
    public string? EncoderTokens { get; set; }

    [Option('o', "output", MetaValue = "FILE", HelpText = "where the raw little-endian f32 logits go")]
    [Flag(Section)]
    public string? Output { get; set; }

    [Option("all", HelpText = "of all positions, not just the last")]
    [Flag(Section)]
    public bool All { get; set; }
}
