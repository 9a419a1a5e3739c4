using System.Diagnostics;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

/// <summary>Every GGUF file of the shared data, written by other programs, opens.</summary>
[NeedsSharedData]
internal sealed class GgufFixtureTests
{
    private static readonly string[] s_folders = ["models", "tokenizers", "quant-truth"];

    private static IEnumerable<string> Files() => !SharedData.Exists ? [] : s_folders
        .SelectMany(folder => Directory.EnumerateFiles(SharedData.PathOf(folder), "*.gguf", SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(SharedData.Root, path))
        .Where(path => !path.Contains("-of-") || path.Contains("-00001-of-"))
        .Order();

    [TestCaseSource(nameof(Files))]
    public void Opens(string file)
    {
        using var gguf = GgufFile.Open(SharedData.PathOf(file));
        Assert.That(gguf.Metadata.Count, Is.GreaterThan(0));
        foreach (var tensor in gguf.Tensors)
        {
            Assert.That(tensor.FileOffset % gguf.Alignment, Is.Zero);
            Assert.That(gguf.GetTensor(tensor.Name), Is.SameAs(tensor));
        }
    }

    [Test]
    public void FindsAFolderFullOfModels() => Assert.That(Files().Count(), Is.GreaterThan(130));

    [Test]
    public void JoinsTheTensorsOfSplitParts()
    {
        using var gguf = GgufFile.Open(SharedData.PathOf("models", "babyllama", "split", "babyllama361-wide256-Q4_K_M-00001-of-00003.gguf"));
        Assert.That(gguf.Parts, Has.Count.EqualTo(3));
        Assert.That(gguf.Tensors, Has.Count.EqualTo(48));
        Assert.That(gguf.Tensors.Select(tensor => tensor.PartIndex).Distinct(), Is.EqualTo(new[] { 0, 1, 2 }));
    }

    [Test]
    public void SplitPartsHoldTheBytesOfTheWholeFile()
    {
        using var split = GgufFile.Open(SharedData.PathOf("models", "babyllama", "split", "babyllama361-wide256-Q4_K_M-00001-of-00003.gguf"));
        using var whole = GgufFile.Open(SharedData.PathOf("models", "babyllama", "quants", "babyllama361-wide256-Q4_K_M.gguf"));
        Assert.That(split.Tensors.Select(tensor => tensor.Name), Is.EquivalentTo(whole.Tensors.Select(tensor => tensor.Name)));
        foreach (var tensor in whole.Tensors)
            Assert.That(split.TensorSpan(split.GetTensor(tensor.Name)).SequenceEqual(whole.TensorSpan(tensor)), tensor.Name);
    }

    [Test]
    public void NamesTheFirstPartWhenAnotherIsOpened()
    {
        string second = SharedData.PathOf("models", "babyllama", "split", "babyllama361-wide256-Q4_K_M-00002-of-00003.gguf");
        var error = Assert.Throws<GgufException>(() => GgufFile.Open(second))!;
        Assert.That(error.Check, Is.EqualTo(GgufCheck.SplitPosition));
        Assert.That(error.Message, Does.StartWith(second).And.Contains("babyllama361-wide256-Q4_K_M-00001-of-00003.gguf"));
    }

    [Test]
    public void ReadsAVocabularyOfAHundredThousandTokensFast()
    {
        string path = SharedData.PathOf("tokenizers", "ggml-vocab-deepseek-llm.gguf");
        var fastest = Enumerable.Range(0, 5).Select(_ => TimeOpen(path)).Min();
        using var gguf = GgufFile.Open(path);
        TestContext.Out.WriteLine($"{gguf.Metadata.GetUtf8Array("tokenizer.ggml.tokens").Count} tokens in {fastest.TotalMilliseconds:F1} ms");
        Assert.That(fastest, Is.LessThan(TimeSpan.FromMilliseconds(100)));
    }

    private static TimeSpan TimeOpen(string path)
    {
        var watch = Stopwatch.StartNew();
        using var gguf = GgufFile.Open(path);
        return watch.Elapsed;
    }
}
