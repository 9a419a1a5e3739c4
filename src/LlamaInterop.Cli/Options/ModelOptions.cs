using System.Text.RegularExpressions;
using CommandLine;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Gguf;

namespace LlamaInterop.Cli.Options;

/// <summary>Which model, and what to change about its metadata.</summary>
internal abstract partial class ModelOptions : DownloadFlags
{
    private const string Section = "Model";

    [Option('m', "model", MetaValue = "FILE", HelpText = "the GGUF file")]
    [Flag(Section, Once = true, DefaultText = "models/demo.gguf of the repository")]
    public string? Model { get; set; }

    [Option("hf-repo", MetaValue = "ORG/REPO[:QUANT]", HelpText = "a model on Hugging Face, downloaded unless it is in the cache")]
    [Flag(Section, Aliases = ["-hf", "-hfr"])]
    public string? HubModel { get; set; }

    [Option("override-kv", MetaValue = "KEY=TYPE:VALUE", HelpText = "set a metadata key; TYPE is int, float, bool or str" + FlagAttribute.Repeated)]
    [Flag(Section)]
    public IEnumerable<string> OverrideKv { get; set; } = [];

    /// <summary>The overrides, read.</summary>
    /// <exception cref="UsageException">One is not of the form KEY=TYPE:VALUE.</exception>
    public IReadOnlyList<GgufOverride> ReadOverrides() => ReadOverrides(OverrideKv);

    /// <inheritdoc cref="ReadOverrides()"/>
    public static IReadOnlyList<GgufOverride> ReadOverrides(IEnumerable<string> typed)
    {
        try
        {
            return [.. typed.SelectMany(text => NextOverride().Split(text)).Select(GgufOverride.Parse)];
        }
        catch (FormatException error)
        {
            throw new UsageException($"--override-kv: {error.Message}");
        }
    }

    /// <summary>A comma divides only where another override follows, so that a text may hold commas.</summary>
    [GeneratedRegex(",(?=[^,=:]+=(?:int|float|bool|str):)", RegexOptions.CultureInvariant)]
    private static partial Regex NextOverride();
}
