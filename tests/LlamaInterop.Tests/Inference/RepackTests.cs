using LlamaInterop.Compute;
using LlamaInterop.Gguf;
using LlamaInterop.Inference;
using LlamaInterop.Native;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Models;
using LlamaInterop.Tests.Models.Families;

namespace LlamaInterop.Tests.Inference;

/// <summary>Where weights lie, and in which layout, changes no bit of a result.</summary>
internal sealed class RepackTests
{
    private const uint Plain = 1u << (int)LkIsa.PLAIN;

    private static readonly LlamaModelOptions Options = new() { Threads = 2, ContextSize = 64, BatchSize = 16, OutputRows = 16 };

    private readonly TemporaryFolder _folder = new();

    private static IEnumerable<GgufTensorType> Types => [GgufTensorType.Q4_0, GgufTensorType.Q8_0, GgufTensorType.MXFP4, GgufTensorType.F16, GgufTensorType.BF16, GgufTensorType.F32];

    private static IEnumerable<TinyFamily> Families =>
        from type in (GgufTensorType[])[GgufTensorType.Q4_0, GgufTensorType.Q4_K, GgufTensorType.Q6_K, GgufTensorType.F16]
        from family in WideDefinitions.All
        select WideDefinitions.Quantized(family, type) with { Variant = $"{family.Variant} {type}".Trim() };

    /// <summary>One of each ISA, with those that it stands on; a machine without one runs the next lower.</summary>
    private static uint[] Masks => [1 << (int)LkIsa.REFERENCE, 1 << (int)LkIsa.PLAIN, 6, 14, 18];

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    /// <summary>The vocabulary's 286 rows are no whole groups of 16.</summary>
    [Test]
    public void DenseModelsGiveTheSameBits([ValueSource(nameof(Types))] GgufTensorType type, [ValueSource(nameof(Masks))] uint mask, [Values] bool tied) =>
        SameBits(new TinyModel { Matrices = type, Embedding = 64, KeyLength = 16, ValueLength = 16, FeedForward = 96, Tied = tied, Biases = true }.Write(_folder), mask);

    [TestCaseSource(nameof(Families))]
    public void ExpertsAndLatentAttentionGiveTheSameBits(TinyFamily family)
    {
        string path = family.Write(_folder);
        SameBits(path, Plain);
        SameBits(path, 0);
    }

    [Test]
    public void OddHeightsGiveTheSameBits() =>
        SameBits(new TinyModel { Matrices = GgufTensorType.F16, Embedding = 36, KeyLength = 10, ValueLength = 6, FeedForward = 50 }.Write(_folder), 0);

    [Test]
    public void MatricesOfProductsAreRepackedAndNothingElse()
    {
        string path = new TinyModel { Matrices = GgufTensorType.F32, Biases = true, HeadNorms = true }.Write(_folder);
        using var loaded = new Loaded(path, Options with { Repack = RepackChoice.Always }, Plain);
        Assert.That(loaded.InPanels.Order(StringComparer.Ordinal), Is.EqualTo(loaded.Matrices.Except(["token_embd.weight"]).Order(StringComparer.Ordinal)));
        Assert.That(loaded.Runner.Estimate.Repacked, Is.EqualTo(loaded.InPanels.Sum(name => loaded.File.GetTensor(name).ByteLength)));
        Assert.That(loaded.Runner.Estimate.ToString(), Does.Match(@"weights [\d.]+ MiB, of them repacked [\d.]+ MiB, "));
    }

    [Test]
    public void TiedTableIsRepackedOnce()
    {
        using var loaded = new Loaded(new TinyModel { Tied = true }.Write(_folder), Options with { Repack = RepackChoice.Always }, Plain);
        Assert.That(loaded.InPanels, Does.Contain("token_embd.weight"));
    }

    [TestCase(RepackChoice.Never, 0u)]
    [TestCase(RepackChoice.Auto, Plain)]
    [TestCase(RepackChoice.Auto, 1u << (int)LkIsa.REFERENCE)]
    public void NothingIsRepackedWhereItIsNotWantedOrSlower(RepackChoice choice, uint mask)
    {
        using var loaded = new Loaded(new TinyModel().Write(_folder), Options with { Repack = choice }, mask);
        Assert.That(loaded.InPanels, Is.Empty);
        Assert.That(loaded.Runner.Estimate.Repacked, Is.Zero);
        Assert.That(loaded.Runner.Estimate.ToString(), Does.Not.Contain("repacked"));
    }

    private static void SameBits(string path, uint mask)
    {
        int[] tokens = TinyVocabulary.RandomTokens(new Random(5), 19);
        float[][] expected = Logits(path, Options with { Repack = RepackChoice.Never }, mask, tokens);
        foreach (RepackChoice choice in Enum.GetValues<RepackChoice>())
        {
            foreach (bool mapped in (bool[])[true, false])
                Assert.That(Logits(path, Options with { Repack = choice, UseMapping = mapped }, mask, tokens), Is.EqualTo(expected), $"{choice}, {(mapped ? "mapped" : "read")}");
        }
    }

    private static float[][] Logits(string path, LlamaModelOptions options, uint mask, int[] tokens)
    {
        using var loaded = new Loaded(path, options, mask);
        using var sequence = new Sequence(loaded.Runner.Cache);
        Batch batch = loaded.Runner.NewBatch();
        var logits = new List<float[]>();
        while (logits.Count < tokens.Length)
        {
            batch.Clear();
            int index = batch.AddSequence(sequence), count = Math.Min(logits.Count == 0 ? 1 : 16, tokens.Length - logits.Count);
            foreach (int token in tokens.AsSpan(logits.Count, count))
                batch.Add(index, token, wantsLogits: true);
            loaded.Runner.Run(batch);
            for (int row = 0; row < count; row++)
                logits.Add(loaded.Runner.Logits(row).ToArray());
        }
        return [.. logits];
    }

    /// <summary>A runner on chosen instruction sets.</summary>
    private sealed class Loaded : IDisposable
    {
        private readonly BackendHandle _backend;

        public Loaded(string path, LlamaModelOptions options, uint mask)
        {
            File = GgufFile.Open(path);
            _backend = BackendHandle.Open(new BackendOptions(LkBackendKind.CPU, options.Threads, 0, mask));
            Runner = ModelLoader.CreateRunner(File, File.Metadata.GetString("general.architecture"), _backend, options, CancellationToken.None);
        }

        public GgufFile File { get; }

        public ModelRunner Runner { get; }

        public IEnumerable<string> Matrices => File.Tensors.Where(tensor => tensor.Dimensions.Length > 1).Select(tensor => tensor.Name);

        public IEnumerable<string> InPanels => Runner.ClassOf(1).Graph.Ops
            .SelectMany(op => op.Sources.ToArray()).OfType<Tensor>()
            .Where(tensor => tensor.Layout == LkLayout.PANELS).Select(tensor => tensor.Root.Name).Distinct();

        public void Dispose()
        {
            Runner.Dispose();
            _backend.Dispose();
            File.Dispose();
        }
    }
}
