using System.Net;
using System.Net.Http.Headers;

namespace LlamaInterop.Tools;

/// <summary>Asks a hub for things: tries broken connections anew, follows redirects, and shows the token to the hub alone.</summary>
internal sealed class HubConnection : IDisposable
{
    private const int MostSmallBytes = 16 << 20;
    private const int MostRedirections = 10;

    private readonly HttpClient _client;
    private readonly DownloadOptions _options;
    private readonly IProgress<DownloadProgress>? _progress;

    /// <param name="options">Whom to ask, and how patiently.</param>
    /// <param name="progress">Told of connections that broke.</param>
    public HubConnection(DownloadOptions options, IProgress<DownloadProgress>? progress)
    {
        _progress = progress;
        _options = options;
        if (options.Token is not null && options.Token.Any(char.IsControl))
            throw new DownloadException("the token (--hf-token, HF_TOKEN) has control characters in it");
        var handler = new SocketsHttpHandler { MaxAutomaticRedirections = MostRedirections, ConnectTimeout = options.IdleTimeout };
        if (options.Proxy is not null)
            handler.Proxy = options.Proxy;
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostSmallBytes };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("llama-interop", typeof(HubConnection).Assembly.GetName().Version!.ToString(3)));
    }

    public Uri AddressOf(string path) => new(_options.Endpoint.AbsoluteUri.TrimEnd('/') + "/" + path);

    /// <summary>A page's address, if it is one of the hub that the token may be shown to.</summary>
    public Uri? SameHost(string address, Uri current) =>
        Uri.TryCreate(current, address, out Uri? next) && next.Authority == current.Authority && next.Scheme == current.Scheme ? next : null;

    /// <summary>Gets a small answer whole, with its Link header.</summary>
    public async Task<(byte[] Body, string? Link)> GetSmallAsync(Uri address, string what, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                using var idle = new IdleTimer(_options.IdleTimeout, cancel);
                using var answer = await SendAsync(address, from: 0, idle.Token).ConfigureAwait(false);
                RefuseFailure(answer, what);
                byte[] body = await answer.Content.ReadAsByteArrayAsync(idle.Token).ConfigureAwait(false);
                return (body, answer.Headers.TryGetValues("Link", out var links) ? string.Join(',', links) : null);
            }
            catch (Exception error) when (IsBreak(error, cancel))
            {
                await WaitOrFailAsync(attempt, what, error, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Asks for a file from a byte on. The answer's headers are there, its content is still to be read.</summary>
    public async Task<HttpResponseMessage> SendAsync(Uri address, long from, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);
        // Redirects drop this header by themselves, so that other hosts never see the token.
        if (_options.Token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.Token);
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
    }

    /// <exception cref="DownloadException">Asking again would not help.</exception>
    /// <exception cref="HttpRequestException">It might.</exception>
    public void RefuseFailure(HttpResponseMessage answer, string what)
    {
        string? reason = answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when _options.Token is null => "is not open to all, or is not there: a token is needed (--hf-token, HF_TOKEN)",
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "is not open to this token",
            HttpStatusCode.NotFound => "is not there",
            HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => null,
            >= HttpStatusCode.Redirect and < HttpStatusCode.BadRequest => "is redirected too often, or from https to http",
            >= HttpStatusCode.BadRequest => $"is refused by the hub with status {(int)answer.StatusCode}",
            _ => "",
        };
        if (reason is null)
            throw new HttpRequestException($"the hub answers with status {(int)answer.StatusCode}");
        if (reason.Length > 0)
            throw new DownloadException($"{what}: {reason}");
    }

    /// <summary>Whether an error is one of the connection, which another attempt may not meet.</summary>
    public static bool IsBreak(Exception error, CancellationToken cancel) =>
        !cancel.IsCancellationRequested && (error is HttpRequestException or OperationCanceledException);

    public async Task WaitOrFailAsync(int attempt, string what, Exception error, CancellationToken cancel)
    {
        string reason = error is OperationCanceledException ? $"nothing came for {_options.IdleTimeout.TotalSeconds} s" : (error.InnerException ?? error).Message.ReplaceLineEndings(" ");
        if (attempt >= _options.Attempts)
            throw new DownloadException($"{what}: the connection failed {attempt} times: {reason}", error);
        _progress?.Report(new(what, 0, 0, reason));
        await Task.Delay(_options.RetryDelay * Math.Pow(2, attempt - 1), cancel).ConfigureAwait(false);
    }

    public void Dispose() => _client.Dispose();
}
