using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

internal sealed class GgufSplitterTests
{
    private readonly TemporaryFolder _folder = new();

    private string Model
    {
        get
        {
            string path = _folder.File("whole.gguf");
            if (!File.Exists(path))
                GgufSamples.Llama().Write(path);
            return path;
        }
    }

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [TestCase(null, 5, false, "5 5 2")]
    [TestCase(null, 100, false, "12")]
    [TestCase(null, 6, true, "0 6 6")]
    [TestCase(8192L, null, false, "5 4 1 2")]
    [TestCase(1L, null, false, "1 1 1 1 1 1 1 1 1 1 1 1")]
    public void DividesByTensorsAndBytes(long? bytes, int? tensors, bool metadataAlone, string counts)
    {
        using var file = GgufFile.Open(Model);
        var plan = GgufSplitter.Plan(file, new GgufSplitOptions { MaxBytes = bytes, MaxTensors = tensors, MetadataAlone = metadataAlone });
        Assert.That(string.Join(' ', plan.Select(part => part.Count)), Is.EqualTo(counts));
        Assert.That(plan.SelectMany(part => part).Select(tensor => tensor.Name), Is.EqualTo(file.Tensors.Select(tensor => tensor.Name)));
        foreach (var part in plan.Where(part => part.Count > 1 && bytes is not null))
            Assert.That(part.Sum(tensor => (tensor.ByteLength + 31) / 32 * 32), Is.AtMost(bytes!.Value));
    }

    [Test]
    public void MergingThePartsGivesTheFileBack()
    {
        var paths = GgufSplitter.Split(Model, _folder.File("part"), new GgufSplitOptions { MaxTensors = 5 });
        Assert.That(paths.Select(Path.GetFileName), Is.EqualTo(["part-00001-of-00003.gguf", "part-00002-of-00003.gguf", "part-00003-of-00003.gguf"]));
        GgufMerger.Merge(paths[0], _folder.File("merged.gguf"));
        Assert.That(File.ReadAllBytes(_folder.File("merged.gguf")), Is.EqualTo(File.ReadAllBytes(Model)));
    }

    [Test]
    public void PartsCanBeDividedAnew()
    {
        var first = GgufSplitter.Split(Model, _folder.File("old"), new GgufSplitOptions { MaxTensors = 5 });
        var second = GgufSplitter.Split(first[0], _folder.File("new"), new GgufSplitOptions { MaxTensors = 4, MetadataAlone = true });
        using var file = GgufFile.Open(second[0]);
        using var whole = GgufFile.Open(Model);
        Assert.That(file.Parts, Has.Count.EqualTo(4));
        Assert.That(file.Tensors.Select(tensor => tensor.ToString()), Is.EqualTo(whole.Tensors.Select(tensor => tensor.ToString())));
        foreach (var tensor in whole.Tensors)
            Assert.That(file.TensorSpan(file.GetTensor(tensor.Name)).SequenceEqual(whole.TensorSpan(tensor)), tensor.Name);
    }

    [Test]
    public void NothingAppearsWhenAPartCannotBeWritten()
    {
        Directory.CreateDirectory(_folder.File("blocked-00003-of-00003.gguf"));
        Assert.That(() => GgufSplitter.Split(Model, _folder.File("blocked"), new GgufSplitOptions { MaxTensors = 5 }),
            Throws.TypeOf<GgufException>().With.Property("Check").EqualTo(GgufCheck.Write).And.Message.Contains("it is a directory"));
        Assert.That(Directory.GetFiles(_folder.Path, "blocked*"), Is.Empty);
    }

    [Test]
    public void NothingAppearsWhenCancelled()
    {
        using var source = new CancellationTokenSource();
        var cancelling = new Callback(_ => source.Cancel());
        Assert.That(() => GgufSplitter.Split(Model, _folder.File("cancelled"), new GgufSplitOptions { MaxTensors = 5 }, cancelling, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetFiles(_folder.Path, "cancelled*"), Is.Empty);
    }

    [Test]
    public void APartDoesNotReplaceWhatIsRead()
    {
        var paths = GgufSplitter.Split(Model, _folder.File("own"), new GgufSplitOptions { MaxTensors = 6 });
        Assert.That(() => GgufSplitter.Split(paths[0], _folder.File("own"), new GgufSplitOptions { MaxTensors = 6 }), Throws.TypeOf<GgufException>().With.Message.Contains("it is what is being read"));
        Assert.That(() => GgufMerger.Merge(paths[0], paths[1]), Throws.TypeOf<GgufException>().With.Message.Contains("it is what is being read"));
    }

    [TestCase(0L, null)]
    [TestCase(null, 0)]
    public void RefusesPartsWithoutRoom(long? bytes, int? tensors) =>
        Assert.That(() => GgufSplitter.Split(Model, _folder.File("none"), new GgufSplitOptions { MaxBytes = bytes, MaxTensors = tensors }), Throws.ArgumentException);

    [Test]
    public void ReportsTheShareThatIsWritten()
    {
        var shares = new List<double>();
        GgufSplitter.Split(Model, _folder.File("told"), new GgufSplitOptions { MaxTensors = 5 }, new Callback(shares.Add));
        Assert.That(shares, Is.Ordered.And.Not.Empty);
        Assert.That(shares[^1], Is.EqualTo(1));
    }

    [Test, NeedsSharedData]
    public void JoinsWhatLlamaCppDivided()
    {
        string first = SharedData.PathOf("models", "babyllama", "split", "babyllama361-wide256-Q4_K_M-00001-of-00003.gguf");
        GgufMerger.Merge(first, _folder.File("joined.gguf"));
        string whole = SharedData.PathOf("models", "babyllama", "quants", "babyllama361-wide256-Q4_K_M.gguf");
        Assert.That(File.ReadAllBytes(_folder.File("joined.gguf")), Is.EqualTo(File.ReadAllBytes(whole)));
    }

    private sealed class Callback(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
