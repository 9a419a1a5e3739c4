using System.Text;
using LlamaInterop.Gguf;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization;

/// <summary>10 MB of anything become tokens in bounded time and memory.</summary>
[NeedsSharedData, NonParallelizable]
internal sealed class LargeInputTests
{
    private const int Size = 10_000_000;
    private const long MaxAllocatedBytes = 1_500_000_000;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, string> s_units = new()
    {
        ["letter"] = "a",
        ["space"] = " ",
        ["line break"] = "\n",
        ["space and line break"] = " \n  \n",
        ["digit"] = "7",
        ["apostrophe"] = "'",
        ["emoji"] = "😀",
        ["ideographs"] = "日本語",
        ["cased letters"] = "AaBbÄé",
        ["special tokens"] = "<s><|endoftext|>",
        ["words"] = "The quick brown fox, who is 37 years old, doesn't jump over Zoë's lazy dog.\n",
    };

    [TestCase("vocab-spm")]
    [TestCase("vocab-spm-zeroscores")]
    [TestCase("babyllama105-f32")]
    [TestCase("ggml-vocab-gpt-neox")]
    [TestCase("ggml-vocab-deepseek-llm")]
    [TestCase("vocab-bpe-gpt4o")]
    [TestCase("vocab-bpe-spm-gemma4")]
    [TestCase("ggml-vocab-bert-bge")]
    public void EncodesTenMegabytesInTime(string vocabulary)
    {
        string path = Directory.EnumerateFiles(SharedData.Root, vocabulary + ".gguf", SearchOption.AllDirectories).First();
        using var file = GgufFile.Open(path);
        var tokenizer = Tokenizer.FromGguf(file.Metadata);
        Assert.Multiple(() =>
        {
            foreach (var (name, unit) in s_units)
                Check(tokenizer, name, Repeat(Encoding.UTF8.GetBytes(unit)));
            var random = new byte[Size];
            new Random(1).NextBytes(random);
            Check(tokenizer, "random bytes", random);
        });
    }

    // Processor time, since a machine that is busy with other things must not fail the test.
    private static void Check(Tokenizer tokenizer, string name, byte[] text)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Environment.CpuUsage.TotalTime;
        int[] ids = tokenizer.Encode(text, addSpecial: false, parseSpecial: false);
        var elapsed = Environment.CpuUsage.TotalTime - start;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        TestContext.Out.WriteLine($"{name}: {elapsed.TotalSeconds:F2} s, {allocated / 1_000_000} MB allocated, {ids.Length} tokens");
        Assert.That(elapsed, Is.LessThan(s_limit), name);
        Assert.That(allocated, Is.LessThan(MaxAllocatedBytes), name);
        if (IsLossless(tokenizer.Vocabulary) && name != "random bytes")
            Assert.That(tokenizer.Decode(ids, special: true).AsSpan().SequenceEqual(text), Is.True, name);
    }

    private static bool IsLossless(Vocabulary vocabulary) =>
        !vocabulary.Rules.CleanSpaces && (vocabulary.Model != TokenizerModel.Spm || vocabulary.IdOf("<0x00>"u8) >= 0);

    private static byte[] Repeat(byte[] unit)
    {
        var text = new byte[Size / unit.Length * unit.Length];
        for (int i = 0; i < text.Length; i++)
            text[i] = unit[i % unit.Length];
        return text;
    }
}
