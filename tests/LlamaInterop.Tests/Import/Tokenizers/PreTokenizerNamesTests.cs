using System.Text.Json.Nodes;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Import.Tokenizers;

/// <summary>The pre-tokenizers of published models, by their files, get the names that llama.cpp has for them.</summary>
internal sealed class PreTokenizerNamesTests
{
    private const string Gpt2 = """{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}""";
    private const string Bytes = """{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}""";
    private const string Digits = """{"type":"Digits","individual_digits":true}""";
    private const string Llama3 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Cl100k = @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+";
    private const string Ling = @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+";
    private const string DeepSeek3 = "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+";

    private static IEnumerable<TestCaseData> Published()
    {
        yield return Case("gpt-2", false, Gpt2).SetArgDisplayNames("GPT-2");
        yield return Case("starcoder", false, Digits, Gpt2).SetArgDisplayNames("StarCoder");
        yield return Case("llama-bpe", true, Split(Llama3), Bytes).SetArgDisplayNames("Llama 3");
        yield return Case("smaug-bpe", false, Split(Llama3), Bytes).SetArgDisplayNames("Smaug");
        yield return Case("smaug-bpe", false, Split(Cl100k, "Removed", invert: true), Bytes).SetArgDisplayNames("GPT-4");
        yield return Case("qwen2", false, Split(Ling), Bytes).SetArgDisplayNames("Ling");
        yield return Case("deepseek-v3", false, Split(@"\p{N}{1,3}"), Split("[一-龥぀-ゟ゠-ヿ]+"), Split(DeepSeek3), Bytes).SetArgDisplayNames("DeepSeek V3");
        yield return Case("deepseek-coder", false, Split("[\r\n]"), Split(@"\s?\p{L}+"), Split(@"\s?\p{P}+"), Split("[一-龥ࠀ-一가-퟿]+"), Digits, Bytes)
            .SetArgDisplayNames("DeepSeek Coder");
        yield return Case("bloom", false, Split(@" ?[^(\s|[.,!?…。，、।۔،])]+"), Bytes).SetArgDisplayNames("Bloom");
        yield return Case("falcon", false, """{"type":"Punctuation","behavior":"Contiguous"}""", Gpt2, """{"type":"Digits","individual_digits":false}""",
            Split("[0-9][0-9][0-9]")).SetArgDisplayNames("Falcon");
    }

    [TestCaseSource(nameof(Published))]
    public void IsFoundByItsRules(string name, bool ignoreMerges, string[] steps)
    {
        var warnings = new List<string>();
        Assert.That(NameOf(ignoreMerges, steps, warnings), Is.EqualTo(name));
        Assert.That(warnings, Is.Empty);
    }

    [Test]
    public void TheTokenizersConfigurationTellsNamesOfOneRuleApart()
    {
        var json = WithSteps(false, [Digits, Gpt2]);
        using var clean = TinyTokenizerFiles.Folder(("tokenizer.json", json), ("tokenizer_config.json", """{"clean_up_tokenization_spaces":true}"""));
        using var exact = TinyTokenizerFiles.Folder(("tokenizer.json", json), ("tokenizer_config.json", """{"clean_up_tokenization_spaces":false}"""));
        Assert.That(ImportedTokenizer.Load(clean.Path).Vocabulary.PreTokenizer, Is.EqualTo("starcoder"));
        Assert.That(ImportedTokenizer.Load(exact.Path).Vocabulary.PreTokenizer, Is.EqualTo("smollm"));
    }

    [Test]
    public void AnUnknownRuleIsWarnedOfAndNamed()
    {
        var warnings = new List<string>();
        Assert.That(NameOf(false, [Split(@"\p{L}{7}"), Bytes], warnings), Is.EqualTo("default"));
        Assert.That(warnings, Has.One.Contains(@"no pre-tokenizer cuts as \p{L}{7}; 'default' is written"));
    }

    [Test]
    public void TextIsComposedWhereTheNormalizerSaysSo()
    {
        var json = TinyTokenizerFiles.BytePairs();
        json["normalizer"] = JsonNode.Parse("""{ "type": "NFC" }""");
        json["model"]!["vocab"]!["Ã©"] = 11;
        json["model"]!["vocab"]!["Ã"] = 12;
        json["model"]!["vocab"]!["©"] = 13;
        json["model"]!["merges"]!.AsArray().Add("Ã ©");
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.json", json));
        Assert.That(ImportedTokenizer.Load(folder.Path).Encode("e\u0301", addSpecial: false, parseSpecial: false), Is.EqualTo(new[] { 11 }));
    }

    [Test]
    public void ATokenThatIsPlainTextStaysPlainWhateverItsText()
    {
        var json = TinyTokenizerFiles.BytePairs();
        json["model"]!["vocab"]!["</s>"] = 11;
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.json", json));
        var tokenizer = ImportedTokenizer.Load(folder.Path);
        Assert.That(tokenizer.Encode("a</s>", addSpecial: false, parseSpecial: true), Has.None.EqualTo(11));
        Assert.That(tokenizer.Vocabulary.IsEndOfGeneration(11), Is.False);
        Assert.That(tokenizer.Vocabulary.Attributes(11), Is.EqualTo(TokenAttributes.Normal));
    }

    private static TestCaseData Case(string name, bool ignoreMerges, params string[] steps) => new(name, ignoreMerges, steps);

    private static string Split(string regex, string behavior = "Isolated", bool invert = false) =>
        new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = regex }, ["behavior"] = behavior, ["invert"] = invert }.ToJsonString();

    private static JsonObject WithSteps(bool ignoreMerges, string[] steps)
    {
        var json = TinyTokenizerFiles.BytePairs();
        json["pre_tokenizer"] = JsonNode.Parse($$"""{ "type": "Sequence", "pretokenizers": [{{string.Join(',', steps)}}] }""");
        json["model"]!["ignore_merges"] = ignoreMerges;
        return json;
    }

    private static string NameOf(bool ignoreMerges, string[] steps, List<string> warnings)
    {
        using var folder = TinyTokenizerFiles.Folder(("tokenizer.json", WithSteps(ignoreMerges, steps)));
        return ImportedTokenizer.Metadata(folder.Path, warnings).GetString("tokenizer.ggml.pre");
    }
}
