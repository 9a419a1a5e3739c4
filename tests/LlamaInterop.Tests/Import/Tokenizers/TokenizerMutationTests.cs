using System.Diagnostics;
using System.Text;
using LlamaInterop.Import;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Import.Tokenizers;

/// <summary>Thousands of damaged tokenizers: each is imported, and can be read, or is refused in one line, quickly and in little memory.</summary>
internal sealed class TokenizerMutationTests
{
    private const int Seed = 20_26_5;
    private const long MaxAllocatedBytes = 256L << 20;

    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(20);

    private static int Count => Environment.GetEnvironmentVariable("LLAMAINTEROP_FULL") == "1" ? 5000 : 400;

    [Test]
    public void MutantsOfTokenizerJsonAreImportedOrRefusedInOneLine()
    {
        var mutator = new TokenizerMutator(Seed);
        var refusals = Run("tokenizer.json", Count, mutator.Json);
        Assert.That(refusals.Keys, Is.SupersetOf(new[] { "imported", "Json", "Number", "Token", "TokenizerKind", "SpecialToken", "TextEncoding" }));
    }

    [Test]
    public void MutantsOfSentencePieceAreImportedOrRefusedInOneLine()
    {
        byte[] model = TinyTokenizerFiles.SentencePiece(2, ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("<0x0A>", 0, 6), ("▁ab", -1, 1), ("a", -3, 1));
        var mutator = new TokenizerMutator(Seed);
        var refusals = Run("tokenizer.model", Count, number => mutator.Raw(model, number));
        Assert.That(refusals.Keys, Is.SupersetOf(new[] { "imported", "Truncated", "Protobuf", "Token", "TextEncoding" }));
    }

    [TestCase("tokenizer.json", "{", ImportCheck.Json)]
    [TestCase("tokenizer.json", "", ImportCheck.File)]
    [TestCase("tokenizer.json", "{}", ImportCheck.Json)]
    [TestCase("tokenizer.json", """{"model":{"type":"WordLevel","vocab":{}}}""", ImportCheck.TokenizerKind)]
    [TestCase("tokenizer.json", """{"model":{"type":"Unigram","vocab":[["\uD800",0]]}}""", ImportCheck.TextEncoding)]
    [TestCase("tokenizer.json", """{"model":{"type":"Unigram","vocab":[]}}""", ImportCheck.Token)]
    [TestCase("tokenizer.json", """{"model":{"type":"Unigram","vocab":[["a",0]],"unk_id":1}}""", ImportCheck.Token)]
    [TestCase("tokenizer.json", """{"model":{"type":"Unigram","vocab":[["a",1e60]]}}""", ImportCheck.Number)]
    [TestCase("tokenizer.json", """{"model":{"type":"Unigram","vocab":[["a",0]]},"normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAA"}}""", ImportCheck.CharacterMap)]
    [TestCase("tokenizer.json", """{"model":{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]},"decoder":{"type":"ByteLevel"}}""", ImportCheck.Token)]
    [TestCase("tokenizer.json", """{"model":{"type":"BPE","vocab":{"a":0},"merges":["ab"]},"decoder":{"type":"ByteLevel"}}""", ImportCheck.Merge)]
    [TestCase("tokenizer.json", """{"model":{"type":"BPE","vocab":{"a":0},"merges":[],"end_of_word_suffix":"</w>"}}""", ImportCheck.TokenizerKind)]
    [TestCase("tokenizer.model", "\u0007\u0007", ImportCheck.Protobuf)]
    [TestCase("x.tiktoken", "YQ== 0\nYg== 5\n", ImportCheck.Token)]
    [TestCase("x.tiktoken", "YQ== 0\nYQ== 1\n", ImportCheck.Token)]
    [TestCase("x.tiktoken", "YQ== 0\nnonsense\n", ImportCheck.Content)]
    [TestCase("tokenizer.bin", "\u0001\u0000\u0000\u0000\u0001", ImportCheck.Truncated)]
    [TestCase("vocab.json", """{"a":0}""", ImportCheck.File)]
    public void EachCheckRefuses(string name, string content, ImportCheck check)
    {
        using var folder = TinyTokenizerFiles.Folder((name, Encoding.UTF8.GetBytes(content)));
        Assert.That(Assert.Throws<ImportException>(() => ImportedTokenizer.Metadata(folder.Path, []))!.Check, Is.EqualTo(check));
    }

    [Test]
    public void StepsThatNestDeeplyAreRefused()
    {
        string nested = string.Concat(Enumerable.Repeat("""{"type":"Sequence","pretokenizers":[""", 25)) + string.Concat(Enumerable.Repeat("]}", 25));
        string json = $$"""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"decoder":{"type":"ByteLevel"},"pre_tokenizer":{{nested}}}""";
        using var shallow = TinyTokenizerFiles.Folder(("tokenizer.json", json));
        Assert.That(ImportedTokenizer.Metadata(shallow.Path, []).GetString("tokenizer.ggml.pre"), Is.EqualTo("default"));
        using var deep = TinyTokenizerFiles.Folder(("tokenizer.json", new string('[', 100_000)));
        Assert.That(Assert.Throws<ImportException>(() => ImportedTokenizer.Metadata(deep.Path, []))!.Check, Is.EqualTo(ImportCheck.Json));
    }

    private static SortedDictionary<string, int> Run(string name, int count, Func<int, (byte[] Bytes, string Damage)> make)
    {
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var slowest = TimeSpan.Zero;
        long most = 0;
        for (int number = 0; number < count; number++)
        {
            var (bytes, damage) = make(number);
            using var folder = TinyTokenizerFiles.Folder((name, bytes));
            var watch = Stopwatch.StartNew();
            long before = GC.GetAllocatedBytesForCurrentThread();
            string outcome = Load(folder, $"seed {Seed}, mutant {number}: {damage}");
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }
        TestContext.Out.WriteLine($"{name}, seed {Seed}: {count} mutants; slowest {slowest.TotalMilliseconds:F0} ms, most allocated {most >> 10} KiB");
        foreach (var (outcome, times) in outcomes)
            TestContext.Out.WriteLine($"{times,6} {outcome}");
        Assert.That(slowest, Is.LessThan(s_hang));
        Assert.That(most, Is.LessThan(MaxAllocatedBytes));
        return outcomes;
    }

    // What is imported must be readable: a GgufException fails the test.
    private static string Load(TemporaryFolder folder, string mutant)
    {
        try
        {
            Tokenizer.FromGguf(ImportedTokenizer.Metadata(folder.Path, [])).Encode("ab abcd unable\n<s>", addSpecial: true, parseSpecial: true);
            return "imported";
        }
        catch (ImportException error)
        {
            Assert.That(error.Message.Any(char.IsControl), Is.False, $"{mutant}: one line: {error.Message}");
            return error.Check.ToString();
        }
        catch (Exception error)
        {
            throw new AssertionException($"{mutant}\n{error}");
        }
    }
}
