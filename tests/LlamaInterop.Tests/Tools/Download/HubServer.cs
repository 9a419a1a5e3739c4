using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LlamaInterop.Tests.Tools;

/// <summary>What a server answers, in bytes: tests make it lie and hang up.</summary>
/// <param name="Status">"200 OK".</param>
/// <param name="Headers">Lines without their ends.</param>
/// <param name="Body">What is sent; whatever Content-Length says.</param>
internal sealed record HubAnswer(string Status, string[] Headers, byte[] Body);

/// <summary>A request: its line and headers.</summary>
internal sealed record HubRequest(string Path, Dictionary<string, string> Headers)
{
    /// <summary>The first byte that is asked for.</summary>
    public int From => Headers.TryGetValue("range", out string? range) ? int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture) : 0;
}

/// <summary>A hub on this machine that closes the connection after every answer.</summary>
internal sealed class HubServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<HubRequest, HubAnswer> _answer;

    public HubServer(Func<HubRequest, HubAnswer> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public ConcurrentQueue<HubRequest> Requests { get; } = [];

    public static HubAnswer Json(string text, params string[] headers) => Whole(Encoding.UTF8.GetBytes(text), headers);

    public static HubAnswer Whole(byte[] body, params string[] headers) => new("200 OK", [$"Content-Length: {body.Length}", .. headers], body);

    /// <summary>The rest of a file from the byte that is asked for.</summary>
    public static HubAnswer Rest(byte[] file, HubRequest request) => request.From == 0
        ? Whole(file)
        : new("206 Partial Content", [$"Content-Length: {file.Length - request.From}", $"Content-Range: bytes {request.From}-{file.Length - 1}/{file.Length}"], file[request.From..]);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var request = await ReadAsync(client.GetStream());
            Requests.Enqueue(request);
            var answer = _answer(request);
            string head = string.Join("\r\n", [$"HTTP/1.1 {answer.Status}", "Connection: close", .. answer.Headers, "", ""]);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await client.GetStream().WriteAsync(answer.Body);
            client.Client.Shutdown(SocketShutdown.Send);
        }
    }

    private static async Task<HubRequest> ReadAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        string path = (await reader.ReadLineAsync())!.Split(' ')[1];
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
            headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        return new(path, headers);
    }
}
