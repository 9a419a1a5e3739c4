using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>gguf hash</c>; names are those of llama.cpp's gguf-hash.</summary>
internal sealed class GgufHashOptions : GgufFileOptions
{
    private const string Section = "Hashes";

    [Option("xxh64", HelpText = "xxHash of 64 bits; what is made when nothing is asked for")]
    [Flag(Section)]
    public bool XxHash64 { get; set; }

    [Option("sha1", HelpText = "SHA-1")]
    [Flag(Section)]
    public bool Sha1 { get; set; }

    [Option("sha256", HelpText = "SHA-256")]
    [Flag(Section)]
    public bool Sha256 { get; set; }

    [Option("uuid", HelpText = "a UUID of version 5 of the whole model")]
    [Flag(Section)]
    public bool Uuid { get; set; }

    [Option("all", HelpText = "xxh64, sha1 and sha256")]
    [Flag(Section)]
    public bool All { get; set; }

    [Option("no-layer", HelpText = "of all tensors together only")]
    [Flag(Section)]
    public bool WholeOnly { get; set; }

    [Option('c', "check", MetaValue = "MANIFEST", HelpText = "compare with what an earlier run printed")]
    [Flag(Section)]
    public string? Manifest { get; set; }
}
