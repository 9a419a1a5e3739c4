using LlamaInterop.Cli.Options;
using LlamaInterop.Gguf;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Cli.Commands;

/// <summary>Opens a model for its vocabulary alone.</summary>
internal static class TokenizerLoader
{
    public static Tokenizer Load(ModelOptions options, Terminal terminal)
    {
        var overrides = options.ReadOverrides();
        using var file = GgufFile.Open(ModelPath.Of(options, terminal), new GgufOpenOptions { Overrides = overrides });
        var tokenizer = Tokenizer.FromGguf(file.Metadata);
        foreach (string warning in tokenizer.Warnings)
            terminal.Error.WriteLine($"warning: {warning}");
        return tokenizer;
    }
}
