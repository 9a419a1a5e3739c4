using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>gguf set</c>.</summary>
internal sealed class GgufSetOptions : GgufFileOptions
{
    private const string Section = "Change";

    [Value(1, MetaName = "KEY", Required = true, HelpText = "the metadata key")]
    public string Key { get; set; } = "";

    [Value(2, MetaName = "VALUE", HelpText = "its value; of an array, JSON: [1, 2] or [\"a\", \"b\"]")]
    public string? Value { get; set; }

    [Option("type", MetaValue = "TYPE", HelpText = "the value's type: uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32, float64, bool, string, or one of these with [] behind it; needed for a new key")]
    [Flag(Section, DefaultText = "the one that the key has")]
    public string? Type { get; set; }

    [Option("remove", HelpText = "remove the key")]
    [Flag(Section)]
    public bool Remove { get; set; }

    [Option('o', "output", MetaValue = "FILE", HelpText = "write another file")]
    [Flag(Section, DefaultText = "the file itself, replaced when the new one is whole")]
    public string? Output { get; set; }
}
