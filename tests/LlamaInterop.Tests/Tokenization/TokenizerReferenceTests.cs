using System.Text.Json;
using LlamaInterop.Gguf;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization;

[NeedsSharedData]
internal sealed class TokenizerReferenceTests
{
    private const string CaseSeparator = "\n__ggml_vocab_test__\n";

    private static IEnumerable<string> Vocabularies => Files(SharedData.PathOf("reference", "tokenize"), "*.jsonl").Select(Path.GetFileNameWithoutExtension)!;

    private static IEnumerable<string> VocabulariesWithCases => Files(SharedData.PathOf("tokenizers"), "*.inp").Select(path => Path.GetFileName(path)[..^".gguf.inp".Length]);

    [TestCaseSource(nameof(Vocabularies))]
    public void EncodesAndDecodesAsLlamaCpp(string vocabulary)
    {
        var tokenizer = Load(vocabulary);
        var cases = ReadLines(SharedData.PathOf("reference", "tokenize", vocabulary + ".jsonl"));
        Assert.That(cases, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            foreach (var line in cases)
            {
                byte[] text = Convert.FromHexString(line.GetProperty("hex").GetString()!);
                string hex = line.GetProperty("hex").GetString()!;
                int[] plain = Ids(line.GetProperty("plain"));
                Assert.That(tokenizer.Encode(text, addSpecial: false, parseSpecial: false), Is.EqualTo(plain), () => $"plain {hex}");
                Assert.That(tokenizer.Encode(text, addSpecial: true, parseSpecial: true), Is.EqualTo(Ids(line.GetProperty("special"))), () => $"special {hex}");
                Assert.That(Convert.ToHexStringLower(tokenizer.Decode(plain, special: true)), Is.EqualTo(line.GetProperty("detok_hex").GetString()), () => $"decoded {hex}");
            }
        });
    }

    [TestCaseSource(nameof(VocabulariesWithCases))]
    public void EncodesTheCasesShippedWithTheVocabulary(string vocabulary)
    {
        var tokenizer = Load(vocabulary);
        string path = SharedData.PathOf("tokenizers", vocabulary + ".gguf");
        string[] texts = File.ReadAllText(path + ".inp").Split(CaseSeparator);
        string[] expected = File.ReadAllLines(path + ".out");
        Assert.That(texts, Has.Length.GreaterThanOrEqualTo(expected.Length));
        Assert.Multiple(() =>
        {
            foreach (var (text, ids) in texts.Zip(expected))
            {
                Assert.That(string.Join(' ', tokenizer.Encode(text, addSpecial: false, parseSpecial: false)), Is.EqualTo(ids.Trim()), () => text);
            }
        });
    }

    [Test]
    public void EncodesWordPiecesAsHuggingFace()
    {
        var tokenizer = Load("minilm-l6-v2-q8_0");
        Assert.Multiple(() =>
        {
            foreach (var line in ReadLines(SharedData.PathOf("reference", "tokenize-hf", "minilm.jsonl")))
            {
                string hex = line.GetProperty("hex").GetString()!;
                byte[] text = Convert.FromHexString(hex);
                Assert.That(tokenizer.Encode(text, addSpecial: false, parseSpecial: true), Is.EqualTo(Ids(line.GetProperty("ids"))), () => hex);
                Assert.That(tokenizer.Encode(text, addSpecial: true, parseSpecial: true), Is.EqualTo(Ids(line.GetProperty("with_special"))), () => hex);
            }
        });
    }

    private static IEnumerable<string> Files(string directory, string pattern) =>
        SharedData.Exists ? Directory.EnumerateFiles(directory, pattern).Order() : [];

    private static Tokenizer Load(string vocabulary)
    {
        string path = Directory.EnumerateFiles(SharedData.Root, vocabulary + ".gguf", SearchOption.AllDirectories).First();
        using var file = GgufFile.Open(path);
        return Tokenizer.FromGguf(file.Metadata);
    }

    private static List<JsonElement> ReadLines(string path) =>
        [.. File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement)];

    private static int[] Ids(JsonElement array) => [.. array.EnumerateArray().Select(id => id.GetInt32())];
}
