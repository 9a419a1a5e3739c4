using System.Net;
using System.Security.Cryptography;
using LlamaInterop.Tests.Cli;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools;

internal sealed class ModelDownloadTests
{
    private const string Tree = "/api/models/org/repo/tree/main?recursive=true";
    private const string Resolve = "/org/repo/resolve/main/";

    private readonly byte[] _content = new byte[300_000];
    private TemporaryFolder _cache = null!;

    [OneTimeSetUp]
    public void FillContent() => new Random(5).NextBytes(_content);

    [SetUp]
    public void MakeCache() => _cache = new();

    [TearDown]
    public void RemoveCache() => _cache.Dispose();

    [Test]
    public void DownloadsOnceAndThenFindsItInTheCache()
    {
        using var server = Serving("m-Q4_K_M.gguf");
        string path = Download(server);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(_content));
        Assert.That(Download(server), Is.EqualTo(path));
        Assert.That(server.Requests.Count(request => request.Path.StartsWith(Resolve)), Is.EqualTo(1));
        Assert.That(Directory.GetFiles(_cache.Path, "*.part", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void GoesOnWhereTheConnectionBroke()
    {
        using var server = Serving("m-Q4_K_M.gguf", request => HubServer.Rest(_content, request) with { Body = _content[request.From..Math.Min(_content.Length, request.From + 100_000)] });
        Assert.That(File.ReadAllBytes(Download(server)), Is.EqualTo(_content));
        Assert.That(server.Requests.Where(request => request.Path.StartsWith(Resolve)).Select(request => request.From), Is.EqualTo([0, 100_000, 200_000]));
    }

    [Test]
    public void AnotherRunGoesOnWhereOneEnded()
    {
        using (var dying = Serving("m-Q4_K_M.gguf", request => request.From > 0 ? new("500 No", [], []) : HubServer.Whole(_content) with { Body = _content[..70_000] }))
            Assert.That(() => Download(dying), Throws.TypeOf<DownloadException>().With.Message.Contains("the connection failed 3 times").And.Message.Contains("500"));
        using var server = Serving("m-Q4_K_M.gguf");
        Assert.That(File.ReadAllBytes(Download(server)), Is.EqualTo(_content));
        Assert.That(server.Requests.Last().From, Is.EqualTo(70_000));
    }

    [Test]
    public void StartsAgainWhereTheServerKnowsNoRanges()
    {
        int asked = 0;
        using var server = Serving("m-Q4_K_M.gguf", _ => HubServer.Whole(_content) with { Body = asked++ == 0 ? _content[..50_000] : _content });
        Assert.That(File.ReadAllBytes(Download(server)), Is.EqualTo(_content));
    }

    [Test]
    public void StartsAgainWhenWhatWasLeftIsOfAnotherVersion()
    {
        using var server = Serving("m-Q4_K_M.gguf");
        string path = Path.Combine(_cache.Path, "org", "repo", "m-Q4_K_M.gguf");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path + ".part", new byte[1000]);
        Assert.That(File.ReadAllBytes(Download(server)), Is.EqualTo(_content));
    }

    [Test]
    public void DownloadsAnewWhatTheHubHasReplaced()
    {
        using (var server = Serving("m-Q4_K_M.gguf"))
            Download(server);
        byte[] other = [.. _content.Reverse()];
        using var changed = new HubServer(request => request.Path == Tree ? HubServer.Json(Listing(("m-Q4_K_M.gguf", other))) : HubServer.Rest(other, request));
        Assert.That(File.ReadAllBytes(Download(changed)), Is.EqualTo(other));
    }

    [Test]
    public void FollowsRedirectsWithoutTheToken()
    {
        using var store = new HubServer(request => HubServer.Rest(_content, request));
        using var server = Serving("m-Q4_K_M.gguf", _ => new("302 Found", [$"Location: {store.Address.AbsoluteUri.Replace("127.0.0.1", "localhost")}blob", "Content-Length: 0"], []));
        string path = Download(server, options => options with { Token = "secret" });
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(_content));
        Assert.That(server.Requests.Select(request => request.Headers["Authorization"]), Is.All.EqualTo("Bearer secret"));
        Assert.That(store.Requests.Single().Headers.Keys, Has.None.EqualTo("Authorization").IgnoreCase);
    }

    [Test]
    public void RefusesRedirectsWithoutEnd()
    {
        using var server = Serving("m-Q4_K_M.gguf", request => new("302 Found", [$"Location: {request.Path}", "Content-Length: 0"], []));
        Assert.That(() => Download(server), Throws.TypeOf<DownloadException>().With.Message.EqualTo("m-Q4_K_M.gguf: is redirected too often, or from https to http"));
    }

    [Test]
    public void RefusesASizeThatIsNotTheListed()
    {
        using var longer = Serving("m-Q4_K_M.gguf", _ => HubServer.Whole([.. _content, 1]));
        Assert.That(() => Download(longer), Throws.TypeOf<DownloadException>().With.Message.EqualTo("m-Q4_K_M.gguf: the hub lists 300000 bytes, but sends 300001"));
        using var endless = Serving("m-Q4_K_M.gguf", _ => new("200 OK", [], [.. _content, 1, 2, 3]));
        Assert.That(() => Download(endless), Throws.TypeOf<DownloadException>().With.Message.EqualTo("m-Q4_K_M.gguf: the hub lists 300000 bytes, but sends more"));
        using var other = Serving("m-Q4_K_M.gguf", request => new("206 Partial Content", ["Content-Range: bytes 5-299999/300000", "Content-Length: 299995"], _content[5..]));
        Assert.That(() => Download(other), Throws.TypeOf<DownloadException>().With.Message.Contains("another part of the file"));
    }

    [Test]
    public void RefusesContentThatIsNotTheListed()
    {
        using var server = Serving("m-Q4_K_M.gguf", _ => HubServer.Whole(new byte[_content.Length]));
        Assert.That(() => Download(server), Throws.TypeOf<DownloadException>().With.Message.Contains("its SHA-256 is another"));
        Assert.That(Directory.GetFiles(_cache.Path, "*.gguf*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void TellsOfConnectionsThatBreak()
    {
        int asked = 0;
        using var server = Serving("m-Q4_K_M.gguf", request => asked++ == 0 ? new("503 Busy", ["Content-Length: 0"], []) : HubServer.Rest(_content, request));
        var told = new List<DownloadProgress>();
        ModelDownload.RunAsync(new("org", "repo", null), Options(server.Address), new Callback(told.Add)).GetAwaiter().GetResult();
        Assert.That(told.Where(progress => progress.Trouble is not null).Select(progress => progress.Trouble), Is.EqualTo(new[] { "the hub answers with status 503" }));
        Assert.That(told[^1], Is.EqualTo(new DownloadProgress("m-Q4_K_M.gguf", _content.Length, _content.Length)));
    }

    [Test]
    public void RefusesATokenThatNoHeaderCanHold() =>
        Assert.That(() => Run(new("org", "repo", null), Options(new Uri("http://127.0.0.1:1")) with { Token = "a\nb" }), Throws.TypeOf<DownloadException>().With.Message.Contains("control characters"));

    [TestCase("404 Not Found", "is not there")]
    [TestCase("401 Unauthorized", "a token is needed")]
    [TestCase("418 Teapot", "is refused by the hub with status 418")]
    public void SaysWhyTheHubRefuses(string status, string reason)
    {
        using var server = new HubServer(_ => new(status, ["Content-Length: 0"], []));
        Assert.That(() => Download(server), Throws.TypeOf<DownloadException>().With.Message.StartsWith("org/repo: ").And.Message.Contains(reason));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [TestCase("")]
    [TestCase("{}")]
    [TestCase("[1]")]
    [TestCase("[{\"type\":\"file\"}]")]
    [TestCase("[{\"type\":\"file\",\"path\":\"a.gguf\",\"size\":-1}]")]
    [TestCase("[{\"type\":\"file\",\"path\":\"a.gguf\",\"lfs\":{\"size\":1,\"oid\":\"../x\"}}]")]
    public void RefusesAListingThatIsNone(string json)
    {
        using var server = new HubServer(_ => HubServer.Json(json));
        Assert.That(() => Download(server), Throws.TypeOf<DownloadException>().With.Message.EqualTo("org/repo: the hub's answer is not a listing of files"));
    }

    [TestCase("../../evil-Q4_K_M.gguf")]
    [TestCase("/etc/evil-Q4_K_M.gguf")]
    [TestCase("a/../../evil-Q4_K_M.gguf")]
    [TestCase("C:\\evil-Q4_K_M.gguf")]
    public void PathsThatLeadOutOfTheCacheAreNotListed(string path)
    {
        using var server = Serving(path.Replace("\\", "\\\\"));
        Assert.That(() => Download(server), Throws.TypeOf<DownloadException>().With.Message.EqualTo("org/repo: has no GGUF files"));
    }

    [TestCase(null, "b-Q4_K_M.gguf")]
    [TestCase("q8_0", "b-Q8_0.gguf")]
    [TestCase("IQ4_XS", "sub/b.IQ4_XS.gguf")]
    public void ChoosesByQuantization(string? quantization, string expected)
    {
        using var server = Serving(["b-Q8_0.gguf", "mmproj-Q4_K_M.gguf", "b-Q4_K_M.gguf", "b-Q4_K_M-imatrix.gguf", "sub/b.IQ4_XS.gguf", "README.md"]);
        Assert.That(Download(server, model: new("org", "repo", quantization)), Does.EndWith(Path.Combine(expected.Split('/'))));
    }

    [Test]
    public void NamesWhatThereIsWhereNothingFits()
    {
        using var server = Serving(["b-Q8_0.gguf"]);
        Assert.That(() => Download(server, model: new("org", "repo", "Q2_K")), Throws.TypeOf<DownloadException>().With.Message.EqualTo("org/repo: no file is quantized as Q2_K; there are b-Q8_0.gguf"));
        Assert.That(() => Download(server, options => options with { File = "x.gguf" }), Throws.TypeOf<DownloadException>().With.Message.Contains("no file is called x.gguf"));
    }

    [Test]
    public void DownloadsAllPartsOfASplitModel()
    {
        using var server = Serving(["b-Q8_0-00001-of-00002.gguf", "b-Q8_0-00002-of-00002.gguf"]);
        string first = Download(server);
        Assert.That((Path.GetFileName(first), File.Exists(first.Replace("00001-of", "00002-of"))), Is.EqualTo(("b-Q8_0-00001-of-00002.gguf", true)));
    }

    [Test]
    public void ReadsAListingOfSeveralPages()
    {
        using var server = new HubServer(request => request.Path switch
        {
            Tree => HubServer.Json("[]", "Link: </api/models/org/repo/tree/main?recursive=true&cursor=2>; rel=\"next\""),
            Tree + "&cursor=2" => HubServer.Json(Listing(("m-Q4_K_M.gguf", _content))),
            _ => HubServer.Rest(_content, request),
        });
        Assert.That(File.ReadAllBytes(Download(server)), Is.EqualTo(_content));
    }

    [Test]
    public void OfflineAsksNobody()
    {
        using (var server = Serving("m-Q4_K_M.gguf"))
            Download(server);
        var closed = new DownloadOptions { Endpoint = new Uri("http://127.0.0.1:1"), CacheDirectory = _cache.Path, Offline = true };
        Assert.That(File.ReadAllBytes(Run(new("org", "repo", null), closed)), Is.EqualTo(_content));
        Assert.That(() => Run(new("org", "other", null), closed), Throws.TypeOf<DownloadException>().With.Message.Contains("--offline forbids"));
        Assert.That(() => Run(new("org", "repo", "Q8_0"), closed), Throws.TypeOf<DownloadException>().With.Message.Contains("no file is quantized as Q8_0"));
    }

    [Test]
    public void GoesThroughAProxy()
    {
        using var hub = Serving("m-Q4_K_M.gguf");
        using var proxy = new HubServer(request => request.Path.StartsWith("http://hub.example/api") ? HubServer.Json(Listing(("m-Q4_K_M.gguf", _content))) : HubServer.Rest(_content, request));
        string path = Download(hub, options => options with { Endpoint = new Uri("http://hub.example"), Proxy = new WebProxy(proxy.Address) });
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(_content));
        Assert.That((hub.Requests.Count, proxy.Requests.Select(request => request.Path)), Is.EqualTo((0, new[] { "http://hub.example" + Tree, "http://hub.example" + Resolve + "m-Q4_K_M.gguf" })));
    }

    [Test]
    public void ASilentServerIsGivenUp()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var silent = Options(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}")) with { IdleTimeout = TimeSpan.FromMilliseconds(50) };
        Assert.That(() => Run(new("org", "repo", null), silent), Throws.TypeOf<DownloadException>().With.Message.EqualTo("org/repo: the connection failed 3 times: nothing came for 0.05 s"));
    }

    [Test]
    public void CancellingKeepsWhatHasCome()
    {
        using var source = new CancellationTokenSource();
        using var server = Serving("m-Q4_K_M.gguf", request =>
        {
            if (request.From > 0)
                source.Cancel();
            return HubServer.Rest(_content, request) with { Body = _content[request.From..(request.From + 1000)] };
        });
        Assert.That(() => ModelDownload.RunAsync(new("org", "repo", null), Options(server.Address), cancel: source.Token).GetAwaiter().GetResult(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(new FileInfo(Directory.GetFiles(_cache.Path, "*.part", SearchOption.AllDirectories).Single()).Length, Is.AtLeast(1000));
    }

    [TestCase("org/repo", "org/repo")]
    [TestCase("hf.co/org/repo:Q4_0", "org/repo:Q4_0")]
    [TestCase("https://huggingface.co/org/re.po-1/", "org/re.po-1")]
    public void ReadsReferences(string text, string expected) => Assert.That(ModelReference.Parse(text).ToString(), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("repo")]
    [TestCase("a/b/c")]
    [TestCase("../b")]
    [TestCase("a/..")]
    [TestCase("a/b:")]
    [TestCase("a b/c")]
    public void RefusesReferencesThatAreNone(string text) => Assert.That(() => ModelReference.Parse(text), Throws.TypeOf<FormatException>());

    [Test]
    public void TheVerbPrintsWhereTheFileIs()
    {
        using (var server = Serving("m-Q4_K_M.gguf"))
            Download(server);
        var found = CommandLineSession.Run("pull", "hf.co/org/repo", "--offline", "--cache-dir", _cache.Path);
        Assert.That((found.ExitCode, found.Text, found.Error), Is.EqualTo((0, Path.Combine(_cache.Path, "org", "repo", "m-Q4_K_M.gguf") + "\n", "")));
        var missing = CommandLineSession.Run("tokenize", "-hf", "org/none", "--offline", "--cache-dir", _cache.Path, "-p", "x");
        Assert.That(missing.ExitCode, Is.EqualTo(1));
        Assert.That(missing.Error, Does.StartWith("error: org/none: is not in the cache").And.EndsWith("forbids to ask for it\n"));
        Assert.That(CommandLineSession.Run("pull", "nothing").ExitCode, Is.EqualTo(2));
        Assert.That(CommandLineSession.Run("run", "-m", "x.gguf", "-hf", "a/b").Error, Is.EqualTo("error: --model and --hf-repo name two models\n"));
    }

    [Test]
    public void AModelOfAHubIsUsedLikeAFile()
    {
        GgufSamples.Llama().Write(_cache.File("sample.gguf"));
        byte[] model = File.ReadAllBytes(_cache.File("sample.gguf"));
        using (var server = new HubServer(request => request.Path == Tree ? HubServer.Json(Listing(("m-Q4_K_M.gguf", model))) : HubServer.Rest(model, request)))
            Download(server);
        var session = CommandLineSession.Run("tokenize", "-hf", "org/repo:Q4_K_M", "--offline", "--cache-dir", _cache.Path, "-p", "AB");
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((0, "")));
    }

    private sealed class Callback(Action<DownloadProgress> report) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => report(value);
    }

    private HubServer Serving(string path, Func<HubRequest, HubAnswer>? file = null) => Serving([path], file);

    private HubServer Serving(string[] paths, Func<HubRequest, HubAnswer>? file = null) => new(request => request.Path == Tree
        ? HubServer.Json(Listing([.. paths.Select(path => (path, _content))]))
        : file?.Invoke(request) ?? HubServer.Rest(_content, request));

    private static string Listing(params (string Path, byte[] Content)[] files) =>
        "[" + string.Join(',', files.Select(file => $$"""{"type":"file","path":"{{file.Path}}","size":134,"lfs":{"oid":"{{Convert.ToHexStringLower(SHA256.HashData(file.Content))}}","size":{{file.Content.Length}} } }""")) + "]";

    private DownloadOptions Options(Uri endpoint) => new()
    {
        Endpoint = endpoint,
        CacheDirectory = _cache.Path,
        Token = null,
        Attempts = 3,
        RetryDelay = TimeSpan.FromMilliseconds(1),
    };

    private string Download(HubServer server, Func<DownloadOptions, DownloadOptions>? change = null, ModelReference? model = null) =>
        Run(model ?? new("org", "repo", null), (change ?? (options => options))(Options(server.Address)));

    private static string Run(ModelReference model, DownloadOptions options) => ModelDownload.RunAsync(model, options).GetAwaiter().GetResult();
}
