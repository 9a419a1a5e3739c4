using System.Net;
using System.Security.Cryptography;

namespace LlamaInterop.Tools;

/// <summary>
/// Downloads one file. What has come is kept beside the target as <c>NAME.part</c>, from which another attempt, or another run, goes on;
/// the file gets its name when its size and hash are those that the hub lists.
/// </summary>
/// <param name="connection">To the hub.</param>
/// <param name="options">How patient to be.</param>
/// <param name="received">Told of the bytes that are there.</param>
internal sealed class FileDownload(HubConnection connection, DownloadOptions options, Action<long> received)
{
    private const int BufferBytes = 1 << 18;

    /// <exception cref="DownloadException">The hub does not give what it lists, or the connection fails.</exception>
    /// <exception cref="IOException">The file cannot be written, or another process is downloading it.</exception>
    public async Task RunAsync(Uri address, HubFile file, string target, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        string partial = target + ".part";
        using (var stream = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.Asynchronous))
        {
            if (stream.Length > file.Size)
                stream.SetLength(0);
            bool isResumed = stream.Length > 0;
            await FillAsync(stream, address, file, cancel).ConfigureAwait(false);
            bool isWhole = await IsWholeAsync(stream, file, cancel).ConfigureAwait(false);
            if (!isWhole && isResumed)
            {
                // What an earlier run left may be of another version of the file.
                stream.SetLength(0);
                await FillAsync(stream, address, file, cancel).ConfigureAwait(false);
                isWhole = await IsWholeAsync(stream, file, cancel).ConfigureAwait(false);
            }
            if (!isWhole)
            {
                File.Delete(partial);
                throw new DownloadException($"{file.Path}: what came is not what the hub lists: its SHA-256 is another");
            }
            stream.Flush(flushToDisk: true);
        }
        File.Move(partial, target, overwrite: true);
    }

    private async Task FillAsync(FileStream stream, Uri address, HubFile file, CancellationToken cancel)
    {
        for (int attempt = 1; stream.Length < file.Size; attempt++)
        {
            long before = stream.Length;
            try
            {
                await ReceiveAsync(stream, address, file, cancel).ConfigureAwait(false);
                if (stream.Length < file.Size)
                    throw new HttpRequestException($"it ended after {stream.Length} of {file.Size} bytes");
            }
            catch (Exception error) when (HubConnection.IsBreak(error, cancel))
            {
                attempt = stream.Length > before ? 1 : attempt;
                await connection.WaitOrFailAsync(attempt, file.Path, error, cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task ReceiveAsync(FileStream stream, Uri address, HubFile file, CancellationToken cancel)
    {
        using var idle = new IdleTimer(options.IdleTimeout, cancel);
        using var answer = await connection.SendAsync(address, stream.Length, idle.Token).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            throw new DownloadException($"{file.Path}: the hub lists {file.Size} bytes, but has fewer than {stream.Length}");
        connection.RefuseFailure(answer, file.Path);
        RefuseOtherSize(answer, stream, file);
        stream.Position = stream.Length;
        var buffer = new byte[BufferBytes];
        var content = await answer.Content.ReadAsStreamAsync(idle.Token).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            while (await ReadAsync(content, buffer, idle.Token).ConfigureAwait(false) is > 0 and var count)
            {
                if (stream.Length + count > file.Size)
                    throw new DownloadException($"{file.Path}: the hub lists {file.Size} bytes, but sends more");
                await stream.WriteAsync(buffer.AsMemory(0, count), cancel).ConfigureAwait(false);
                received(stream.Length);
                idle.Restart();
            }
        }
    }

    /// <summary>Tells errors of the network from those of the disk.</summary>
    private static async Task<int> ReadAsync(Stream content, byte[] buffer, CancellationToken cancel)
    {
        try
        {
            return await content.ReadAsync(buffer, cancel).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new HttpRequestException(error.Message, error);
        }
    }

    /// <summary>Compares what the answer says of the file with what is listed, and starts again where the answer does.</summary>
    private static void RefuseOtherSize(HttpResponseMessage answer, FileStream stream, HubFile file)
    {
        bool continues = answer.StatusCode == HttpStatusCode.PartialContent && answer.Content.Headers.ContentRange?.From == stream.Length;
        if (!continues)
            stream.SetLength(answer.StatusCode != HttpStatusCode.PartialContent ? 0 : throw new DownloadException($"{file.Path}: the hub answers with another part of the file than was asked for"));
        long? total = continues ? answer.Content.Headers.ContentRange!.Length : answer.Content.Headers.ContentLength;
        if (total is not null && total != file.Size)
            throw new DownloadException($"{file.Path}: the hub lists {file.Size} bytes, but sends {total}");
    }

    private static async Task<bool> IsWholeAsync(FileStream stream, HubFile file, CancellationToken cancel)
    {
        if (file.Sha256 is null)
            return true;
        stream.Position = 0;
        byte[] hash = await SHA256.HashDataAsync(stream, cancel).ConfigureAwait(false);
        return Convert.ToHexStringLower(hash) == file.Sha256;
    }
}
