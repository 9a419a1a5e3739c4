using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlamaInterop.Tools;

/// <summary>The GGUF files of a repository.</summary>
/// <remarks>Source: the hub's API, <c>GET /api/models/ORG/REPO/tree/main?recursive=true</c>, whose pages are linked by the Link header (RFC 8288).</remarks>
internal static partial class HubListing
{
    private const int MostPages = 100;
    private const string Extension = ".gguf";

    public static async Task<IReadOnlyList<HubFile>> FetchAsync(HubConnection connection, ModelReference model, CancellationToken cancel)
    {
        var files = new List<HubFile>();
        Uri? page = connection.AddressOf($"api/models/{model.Name}/tree/main?recursive=true");
        for (int i = 0; i < MostPages && page is not null; i++)
        {
            (byte[] body, string? link) = await connection.GetSmallAsync(page, model.Name, cancel).ConfigureAwait(false);
            files.AddRange(Read(body, model));
            page = link is not null && NextPage().Match(link) is { Success: true } next ? connection.SameHost(next.Groups["address"].Value, page) : null;
        }
        return files;
    }

    /// <summary>Reads one page.</summary>
    /// <exception cref="DownloadException">It is not a listing.</exception>
    public static IReadOnlyList<HubFile> Read(ReadOnlyMemory<byte> json, ModelReference model)
    {
        try
        {
            using var page = JsonDocument.Parse(json);
            return
            [
                .. from entry in page.RootElement.EnumerateArray()
                   where entry.GetProperty("type").GetString() == "file"
                   let path = entry.GetProperty("path").GetString()!
                   where path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) && IsPlain(path)
                   select ReadFile(entry, path),
            ];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new DownloadException($"{model.Name}: the hub's answer is not a listing of files", error);
        }
    }

    private static HubFile ReadFile(JsonElement entry, string path)
    {
        bool isLarge = entry.TryGetProperty("lfs", out JsonElement large);
        long size = (isLarge ? large : entry).GetProperty("size").GetInt64();
        string? hash = isLarge ? large.GetProperty("oid").GetString() : null;
        return new(path, size >= 0 ? size : throw new FormatException(), hash is null || Hash().IsMatch(hash) ? hash : throw new FormatException());
    }

    /// <summary>A path becomes one on this machine: it must stay inside its folder.</summary>
    private static bool IsPlain(string path) => path.Split('/').All(part => PlainName().IsMatch(part) && !part.AsSpan().Trim('.').IsEmpty);

    [GeneratedRegex(@"<(?<address>[^>]+)>\s*;\s*rel=""?next""?", RegexOptions.CultureInvariant)]
    private static partial Regex NextPage();

    [GeneratedRegex(@"^[0-9a-f]{64}$")]
    private static partial Regex Hash();

    [GeneratedRegex(@"^[\w.+() -]+$")]
    private static partial Regex PlainName();
}
