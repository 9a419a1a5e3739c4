using System.Text;
using System.Text.Json;
using LlamaInterop.Gguf;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Import.Tokenizers;

/// <summary>Imported tokenizers give the ids that Hugging Face's library and SentencePiece give.</summary>
[NeedsSharedData]
internal sealed class TokenizerImportReferenceTests
{
    private static IEnumerable<string> Cases => !SharedData.Exists ? [] : Groups()
        .Where(group => File.Exists(PathOf(group.Value))).Select(group => group.Name);

    [TestCase("hf-llama3", true, "tokenizers", "hf", "hf-llama3")]
    [TestCase("hf-qwen3", true, "tokenizers", "hf", "hf-qwen3")]
    [TestCase("llama2", false, "tokenizers", "sentencepiece", "llama2.model")]
    [TestCase("minilm", true, "models", "minilm")]
    public void EncodesAsTheOriginal(string reference, bool parseSpecial, params string[] path)
    {
        var tokenizer = ImportedTokenizer.Load(SharedData.PathOf(path));
        string[] lines = File.ReadAllLines(SharedData.PathOf("reference", "tokenize-hf", reference + ".jsonl"));
        Assert.That(lines, Has.Length.EqualTo(250));
        Assert.Multiple(() =>
        {
            foreach (string line in lines)
            {
                using var document = JsonDocument.Parse(line);
                string hex = document.RootElement.GetProperty("hex").GetString()!;
                byte[] text = Convert.FromHexString(hex);
                int[] ids = Ids(document.RootElement, "ids");
                Assert.That(tokenizer.Encode(text, addSpecial: false, parseSpecial), Is.EqualTo(ids), () => hex);
                if (reference != "minilm")
                    Assert.That(Convert.ToHexStringLower(Decode(tokenizer, ids, special: true)), Is.EqualTo(document.RootElement.GetProperty("decoded_hex").GetString()), () => hex);
                Assert.That(tokenizer.Encode(text, addSpecial: true, parseSpecial), Is.EqualTo(Ids(document.RootElement, "with_special")), () => hex);
            }
        });
    }

    [TestCase("models/stories260K/stories260K-f32.gguf", "models/stories260K/hf")]
    [TestCase("models/stories260K/stories260K-f32.gguf", "models/stories260K/tok512.model")]
    [TestCase("models/stories260K/stories260K-f32.gguf", "models/stories260K/tok512.bin")]
    [TestCase("models/minilm/minilm-l6-v2-q8_0.gguf", "models/minilm")]
    [TestCase("tokenizers/ggml-vocab-llama-spm.gguf", "tokenizers/sentencepiece/llama2.model")]
    public void WritesWhatLlamaCppsConverterWrites(string converted, string source)
    {
        using var expected = GgufFile.Open(SharedData.PathOf(converted.Split('/')));
        var actual = ImportedTokenizer.Metadata(SharedData.PathOf(source.Split('/')), []);
        string[] keys = [.. actual.Select(pair => pair.Key).Where(expected.Metadata.Contains).Except(["tokenizer.ggml.pre"])];
        Assert.That(keys, Has.Length.GreaterThanOrEqualTo(7));
        Assert.Multiple(() =>
        {
            foreach (string key in keys)
                Assert.That(Encode(actual.Get(key)), Is.EqualTo(Encode(expected.Metadata.Get(key))), key);
        });

        static byte[] Encode(GgufValue value)
        {
            using var bytes = new MemoryStream();
            using var writer = new BinaryWriter(bytes);
            GgufValueWriter.Write(writer, value);
            return bytes.ToArray();
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void EncodesTheCasesOfItsLibrary(string name)
    {
        var group = Groups().First(group => group.Name == name).Value;
        var warnings = new List<string>();
        var tokenizer = Tokenizer.FromGguf(ImportedTokenizer.Metadata(PathOf(group), warnings));
        // Other programs have no word for text that is not cut.
        Assert.That(warnings, Has.Count.EqualTo(name == "bytelevel_noregex" ? 1 : 0));
        Assert.Multiple(() =>
        {
            foreach (var item in group.GetProperty("cases").EnumerateArray())
            {
                string text = item.GetProperty("text").GetString()!;
                int[] ids = Ids(item, "ids");
                Assert.That(tokenizer.Encode(text, addSpecial: false, parseSpecial: true), Is.EqualTo(ids), () => text);
                // A space at the beginning is dropped of a text, but not of what follows a begin token.
                if (ids.Length == 0 || !tokenizer.Vocabulary.IsHidden(ids[0]))
                    Assert.That(Encoding.UTF8.GetString(Decode(tokenizer, ids, special: false)), Is.EqualTo(item.GetProperty("decoded").GetString()), () => text);
            }
        });
    }

    // Of whole texts GGUF's readers drop spaces before punctuation where the name of the pre-tokenizer says so, which the library does not do.
    private static byte[] Decode(Tokenizer tokenizer, int[] ids, bool special) =>
        tokenizer.Vocabulary.Rules.CleanSpaces ? tokenizer.Stream(ids, special) : tokenizer.Decode(ids, special);

    private static IEnumerable<JsonProperty> Groups() =>
        JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("models", "arch", "hf_tokenizer_cases.json"))).RootElement.EnumerateObject();

    private static string PathOf(JsonElement group) => SharedData.PathOf("models", "arch", group.GetProperty("tokenizer").GetString()!);

    private static int[] Ids(JsonElement line, string name) => [.. line.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
