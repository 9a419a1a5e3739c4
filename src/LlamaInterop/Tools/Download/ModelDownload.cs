namespace LlamaInterop.Tools;

/// <summary>Gets models from a hub into a cache on this machine.</summary>
public static class ModelDownload
{
    /// <summary>
    /// Downloads a model's file, or all parts of a split one, unless they are there already. Without a quantization it takes Q4_K_M, else
    /// Q4_K_S, Q4_0 or Q8_0, else the first file. An interrupted download goes on where it ended; every file's size and SHA-256 are checked.
    /// </summary>
    /// <param name="model">Which one.</param>
    /// <param name="options">From where and to where.</param>
    /// <param name="progress">Told of what has come.</param>
    /// <param name="cancel">Ends the download; what has come is kept for the next.</param>
    /// <returns>The path of the file, of a split model that of the first part.</returns>
    /// <exception cref="DownloadException">The model is not there, is not what the hub lists, or the connection fails.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<string> RunAsync(
        ModelReference model, DownloadOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        options ??= new DownloadOptions();
        var cache = new ModelCache(options.CacheDirectory, model);
        if (options.Offline)
            return FindOffline(cache, model, options);
        using var connection = new HubConnection(options, progress);
        var listing = await HubListing.FetchAsync(connection, model, cancel).ConfigureAwait(false);
        var files = HubFileChoice.Of(listing, model, options.File);
        cache.KeepListing(listing);
        long total = files.Sum(file => file.Size), done = 0;
        foreach (var file in files)
        {
            long before = done;
            var download = new FileDownload(connection, options, received => progress?.Report(new(file.Path, before + received, total)));
            if (!cache.Has(file))
                await FetchAsync(download, connection, cache, model, file, cancel).ConfigureAwait(false);
            done += file.Size;
            progress?.Report(new(file.Path, done, total));
        }
        return cache.PathOf(files[0]);
    }

    private static async Task FetchAsync(FileDownload download, HubConnection connection, ModelCache cache, ModelReference model, HubFile file, CancellationToken cancel)
    {
        string path = string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString));
        cache.Forget(file);
        await download.RunAsync(connection.AddressOf($"{model.Name}/resolve/main/{path}"), file, cache.PathOf(file), cancel).ConfigureAwait(false);
        cache.Note(file);
    }

    private static string FindOffline(ModelCache cache, ModelReference model, DownloadOptions options)
    {
        var files = HubFileChoice.Of(cache.ReadListing(), model, options.File);
        return files.FirstOrDefault(file => !cache.Has(file)) is { } missing
            ? throw new DownloadException($"{model}: {missing.Path} is not in the cache, and --offline forbids to ask for it")
            : cache.PathOf(files[0]);
    }
}
