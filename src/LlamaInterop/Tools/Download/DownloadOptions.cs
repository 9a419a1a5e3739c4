using System.Net;

namespace LlamaInterop.Tools;

/// <summary>Where models are downloaded from and to.</summary>
public sealed record DownloadOptions
{
    private const string DefaultEndpoint = "https://huggingface.co";

    /// <summary>The hub: <c>HF_ENDPOINT</c> of the environment, else Hugging Face.</summary>
    /// <exception cref="DownloadException"><c>HF_ENDPOINT</c> is no address of the web.</exception>
    public Uri Endpoint { get; init; } = ReadEndpoint();

    /// <summary>Proves who asks, for models that are not open to all: <c>HF_TOKEN</c> of the environment, else none. It goes to the endpoint and nowhere else.</summary>
    public string? Token { get; init; } = Environment.GetEnvironmentVariable("HF_TOKEN")?.Trim() is { Length: > 0 } token ? token : null;

    /// <summary>Where files are kept, a folder a repository.</summary>
    public string CacheDirectory { get; init; } = DefaultCacheDirectory;

    /// <summary>Whether only files that are in the cache already will do.</summary>
    public bool Offline { get; init; }

    /// <summary>The path of one file in the repository, in place of a choice by its quantization.</summary>
    public string? File { get; init; }

    /// <summary>What stands between here and the network; null: as the environment says (<c>HTTPS_PROXY</c> and its like).</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>How often a connection that broke is tried anew before the download fails, without progress in between.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>How long the first new attempt waits; each later one waits twice as long.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the other side may say nothing before the connection counts as broken.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    private static Uri ReadEndpoint()
    {
        string text = Environment.GetEnvironmentVariable("HF_ENDPOINT") is { Length: > 0 } endpoint ? endpoint : DefaultEndpoint;
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            ? address
            : throw new DownloadException($"HF_ENDPOINT: '{text}' is not an address of the web");
    }

    /// <summary><c>LLAMAINTEROP_CACHE</c> of the environment, else the user's folder for caches.</summary>
    public static string DefaultCacheDirectory
    {
        get
        {
            if (Environment.GetEnvironmentVariable("LLAMAINTEROP_CACHE") is { Length: > 0 } named)
                return named;
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string caches = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
                : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } folder ? folder
                : Path.Combine(home, ".cache");
            return Path.Combine(caches, "llama-interop");
        }
    }
}
