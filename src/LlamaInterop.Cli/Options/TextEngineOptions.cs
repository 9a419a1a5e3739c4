using CommandLine;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Cli.Text;

namespace LlamaInterop.Cli.Options;

/// <summary>Flags of the verbs that run a text through a model, chunk by chunk. Their context is a chunk, 512 tokens unless asked for.</summary>
internal abstract class TextEngineOptions : EngineOptions
{
    private const string Section = "Text";
    private const int DefaultChunk = 512;

    [Option('f', "file", MetaValue = "FILE", HelpText = "the text; special tokens in it are text like any other")]
    [Flag(Section)]
    public string? File { get; set; }

    [Option("chunks", Default = -1, MetaValue = "N", HelpText = "chunks to compute at most")]
    [Flag(Section, DefaultText = "-1, all")]
    public int Chunks { get; set; }

    /// <summary>Tokens of a chunk.</summary>
    public int ChunkLength => ContextSize == 0 ? DefaultChunk : EngineMapping.InRange("-c", ContextSize, 4, 1 << 24);

    /// <summary>Chunks to compute at most, 0 for all.</summary>
    /// <exception cref="UsageException">A number is neither one of chunks nor -1.</exception>
    public int MaxChunks => Chunks == -1 ? 0 : EngineMapping.InRange("--chunks", Chunks, 1, int.MaxValue);

    /// <summary>The text's bytes.</summary>
    /// <exception cref="UsageException">No file was named.</exception>
    public byte[] ReadText() => TextFile.ReadBytesOfText(File ?? throw new UsageException("-f, the text, is missing"));
}
