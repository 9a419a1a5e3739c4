using System.Text.Json;

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
                Assert.That(tokenizer.Encode(text, addSpecial: true, parseSpecial), Is.EqualTo(Ids(document.RootElement, "with_special")), () => hex);
            }
        });
    }

    [TestCaseSource(nameof(Cases))]
    public void EncodesTheCasesOfItsLibrary(string name)
    {
        var group = Groups().First(group => group.Name == name).Value;
        var tokenizer = ImportedTokenizer.Load(PathOf(group));
        Assert.Multiple(() =>
        {
            foreach (var item in group.GetProperty("cases").EnumerateArray())
            {
                string text = item.GetProperty("text").GetString()!;
                Assert.That(tokenizer.Encode(text, addSpecial: false, parseSpecial: true), Is.EqualTo(Ids(item, "ids")), () => text);
            }
        });
    }

    private static IEnumerable<JsonProperty> Groups() =>
        JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("models", "arch", "hf_tokenizer_cases.json"))).RootElement.EnumerateObject();

    private static string PathOf(JsonElement group) => SharedData.PathOf("models", "arch", group.GetProperty("tokenizer").GetString()!);

    private static int[] Ids(JsonElement line, string name) => [.. line.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
