using CommandLine;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Options;

/// <summary>How models are got from a hub; names are llama.cpp's.</summary>
internal abstract class DownloadFlags : VerbOptions
{
    private const string Section = "Download";

    [Option("hf-file", MetaValue = "PATH", HelpText = "which file of the repository, in place of QUANT")]
    [Flag(Section, Aliases = ["-hff"])]
    public string? HubFile { get; set; }

    [Option("hf-token", MetaValue = "TOKEN", HelpText = "proves who asks, for models that are not open to all")]
    [Flag(Section, Aliases = ["-hft"], DefaultText = "HF_TOKEN of the environment")]
    public string? HubToken { get; set; }

    [Option("offline", HelpText = "use what is in the cache, and ask nobody")]
    [Flag(Section)]
    public bool Offline { get; set; }

    [Option("cache-dir", MetaValue = "DIR", HelpText = "where downloaded models are kept")]
    [Flag(Section, DefaultText = "LLAMAINTEROP_CACHE of the environment, else the user's folder for caches")]
    public string? CacheDirectory { get; set; }

    public DownloadOptions ToDownloadOptions()
    {
        var defaults = new DownloadOptions();
        return defaults with
        {
            File = HubFile,
            Token = HubToken?.Trim() ?? defaults.Token,
            Offline = Offline,
            CacheDirectory = CacheDirectory ?? defaults.CacheDirectory,
        };
    }
}
