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
        CheckAll(Tokenizer.FromGguf(file.Metadata));
    }

    [TestCase("t5")]
    [TestCase("rwkv")]
    [TestCase("plamo2")]
    public void EncodesTenMegabytesInTimeWithoutMerges(string model)
    {
        // The longest runs of real vocabularies, which are tried at every character, and all that the texts below are made of.
        string[] runs = [.. "a 7'\n=".SelectMany(c => Enumerable.Range(1, 32).Select(length => new string(c, length)))];
        string[] pieces = [.. runs.Concat(s_units.Values.SelectMany(Parts)).Distinct()];
        var tokenizer = TinyVocabulary.TokenizerOf(model switch
        {
            "t5" => TinyVocabulary.Ugm([.. pieces.Select((piece, i) => (piece.Replace(' ', '\u2581'), -5 - i % 7 / 3f))]),
            "rwkv" => TinyVocabulary.Rwkv([.. Enumerable.Range(0, 256).Select(value => $"\\x{value:x2}"), .. pieces.Where(piece => Encoding.UTF8.GetByteCount(piece) > 1)]),
            _ => TinyVocabulary.Plamo([.. pieces.Select((piece, i) => (piece, -5 - i % 7 / 3f))]),
        });
        CheckAll(tokenizer);
    }

    private static IEnumerable<string> PreTokenizers => PreTokenizerTable.ByName.DistinctBy(item => item.Value.Words).Select(item => item.Key);

    [TestCaseSource(nameof(PreTokenizers))]
    public void CutsAMegabyteIntoWordsInTime(string preTokenizer)
    {
        var rules = PreTokenizer.Named(preTokenizer).Words;
        foreach (string unit in s_units.Values.Concat(["<sentinel:1", "IMGIMGA", "a b ", "!/", "\u0301", "e\u0301 ", "한ㄅ", "１7"]))
        {
            int[] text = [.. Enumerable.Repeat(unit.EnumerateRunes().Select(rune => rune.Value).ToArray(), 1_000_000 / unit.Length).SelectMany(part => part)];
            var words = new WordSplitter(rules, text);
            int end = 0;
            var start = Environment.CpuUsage.TotalTime;
            while (words.MoveNext())
                end = words.End;
            Assert.That(Environment.CpuUsage.TotalTime - start, Is.LessThan(s_limit), unit);
            Assert.That(end, Is.EqualTo(text.Length));
        }
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

    private static void CheckAll(Tokenizer tokenizer)
    {
        Assert.Multiple(() =>
        {
            foreach (var (name, unit) in s_units)
                Check(tokenizer, name, Repeat(Encoding.UTF8.GetBytes(unit)));
            var random = new byte[Size];
            new Random(1).NextBytes(random);
            Check(tokenizer, "random bytes", random);
        });
    }

    // All parts of up to eight characters.
    private static IEnumerable<string> Parts(string text)
    {
        string[] characters = [.. text.EnumerateRunes().Select(rune => rune.ToString())];
        for (int start = 0; start < characters.Length; start++)
        {
            for (int end = start + 1; end <= Math.Min(characters.Length, start + 8); end++)
                yield return string.Concat(characters[start..end]);
        }
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
