using LlamaInterop.Gguf;
using LlamaInterop.Tokenization;
using static LlamaInterop.Tests.Tokenization.TinyVocabulary;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class VocabularyTests
{
    [Test]
    public void ReadsTextsScoresAndKinds()
    {
        var vocabulary = Read(Spm(("a", Normal), ("<0x0A>", SingleByte), ("[b]", UserDefined)));
        Assert.That(vocabulary.Count, Is.EqualTo(6));
        Assert.That(vocabulary.TokenBytes(3).ToArray(), Is.EqualTo("a"u8.ToArray()));
        Assert.That(vocabulary.Score(3), Is.EqualTo(-3f));
        Assert.That(vocabulary.IdOf("a"u8), Is.EqualTo(3));
        Assert.That(vocabulary.IdOf("x"u8), Is.EqualTo(-1));
        Assert.That(vocabulary.IdOf(""u8), Is.EqualTo(-1));
        Assert.That(vocabulary.Attributes(4), Is.EqualTo(TokenAttributes.Byte));
        Assert.That(vocabulary.Attributes(5), Is.EqualTo(TokenAttributes.UserDefined));
        Assert.That((vocabulary.Bos, vocabulary.Eos, vocabulary.Unk, vocabulary.Eot), Is.EqualTo((1, 2, 0, -1)));
    }

    [Test]
    public void FindsEndsOfGenerationByTheirText()
    {
        var vocabulary = Read(Bpe("gpt-2", "ab", [], ("<|im_end|>", Control), ("<|eom_id|>", Normal), ("<|fim_prefix|>", Control), ("<|fim_pad|>", Control)));
        Assert.That(Enumerable.Range(0, vocabulary.Count).Where(vocabulary.IsEndOfGeneration), Is.EqualTo(new[] { 2, 3, 5 }));
        Assert.That((vocabulary.Eot, vocabulary.Eom, vocabulary.Special.FimPrefix, vocabulary.Special.FimPad), Is.EqualTo((2, 3, 4, 5)));
        Assert.That(vocabulary.Attributes(3) & TokenAttributes.Control, Is.EqualTo(TokenAttributes.Control));
        Assert.That(vocabulary.IsEndOfGeneration(-1), Is.False);
        Assert.That(vocabulary.IsEndOfGeneration(vocabulary.Count), Is.False);
    }

    [Test]
    public void EndsGenerationWithTheTokenThatTheFileNames()
    {
        var values = Bpe("gpt-2", "ab", []);
        values["tokenizer.ggml.eos_token_id"] = GgufValue.From(1u);
        Assert.That(Read(values).IsEndOfGeneration(1), Is.True);
        Assert.That(Read(values).IsEndOfGeneration(0), Is.False);
    }

    [Test]
    public void KeepsEndOfMessageApartWhereACallEndsTheAnswer()
    {
        var vocabulary = Read(Bpe("gpt-4o", "a", [], ("<|return|>", Control), ("<|call|>", Control), ("<|end|>", Control), ("<|channel|>", Control)));
        Assert.That(Enumerable.Range(0, vocabulary.Count).Where(vocabulary.IsEndOfGeneration), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(vocabulary.Attributes(4), Is.EqualTo(TokenAttributes.UserDefined));
    }

    [Test]
    public void ReadsMinusOneAsNoToken([Values] bool unsigned)
    {
        var values = Spm("a");
        values["tokenizer.ggml.eos_token_id"] = unsigned ? GgufValue.From(uint.MaxValue) : GgufValue.From(-1);
        Assert.That(Read(values).Eos, Is.EqualTo(-1));
    }

    [Test]
    public void WarnsOfATokenThatIsToBeAddedButIsNot()
    {
        var values = Bpe("gpt-2", "ab", []);
        values["tokenizer.ggml.add_bos_token"] = GgufValue.From(true);
        var vocabulary = Read(values);
        Assert.That(vocabulary.AddBos, Is.False);
        Assert.That(vocabulary.Warnings, Has.One.Contains("add_bos_token"));
    }

    [Test]
    public void WarnsOfTokensWithOneText()
    {
        var vocabulary = Read(Spm("a", "a"));
        Assert.That(vocabulary.Warnings, Has.One.Contains("tokens 3 and 4"));
        Assert.That(vocabulary.IdOf("a"u8), Is.EqualTo(3));
        Assert.That(vocabulary.TokenBytes(4).ToArray(), Is.EqualTo("a"u8.ToArray()));
    }

    [Test]
    public void TakesEmptyTokens()
    {
        var tokenizer = TokenizerOf(Spm(("", Normal), ("a", Normal), ("", UserDefined), ("▁", Normal)));
        Assert.That(tokenizer.Pieces("a", parseSpecial: true), Is.EqualTo(new[] { "▁", "a" }));
    }

    [Test]
    public void IsOfIdsAloneWhereTheFileHasNoTokenizer()
    {
        Vocabulary vocabulary = Read(WithoutTokenizer(GgufValue.From(5)));
        Assert.That((vocabulary.Model, vocabulary.Count, vocabulary.Bos, vocabulary.Eos), Is.EqualTo((TokenizerModel.None, 5, -1, -1)));
        Assert.That(Enumerable.Range(0, 5).Select(vocabulary.IsEndOfGeneration), Is.All.False);
        var tokenizer = Tokenizer.FromVocabulary(vocabulary);
        Assert.That(tokenizer.Encode("", addSpecial: true, parseSpecial: true), Is.Empty);
        Assert.That(tokenizer.Decode([0, 4], special: true), Is.Empty);
        Assert.That(() => tokenizer.Encode("a", addSpecial: false, parseSpecial: false), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("no tokenizer"));
    }

    [Test]
    public void RefusesMoreIdsWithoutTextsThanAnyModelHas([Values(-1, int.MaxValue)] int count) => Assert.That(
        () => Read(WithoutTokenizer(GgufValue.From(count))), Throws.TypeOf<GgufException>().With.Message.Contains("x.vocab_size").And.Message.Contains($"{count}"));

    [Test]
    public void NamesTheMissingSizeOfAFileWithoutATokenizer()
    {
        var values = WithoutTokenizer(GgufValue.From(5));
        values.Remove("x.vocab_size");
        Assert.That(() => Read(values), Throws.TypeOf<GgufException>().With.Message.Contains("x.vocab_size"));
    }

    private static Dictionary<string, GgufValue> WithoutTokenizer(GgufValue size) => new()
    {
        ["general.architecture"] = GgufValue.From("x"),
        ["x.vocab_size"] = size,
        ["tokenizer.ggml.model"] = GgufValue.From("none"),
    };

    private static IEnumerable<TestCaseData> BadValues()
    {
        yield return Bad("model", GgufValue.From("t6"), "t6");
        yield return Bad("model", GgufValue.From(1), "not a string");
        yield return Bad("tokens", GgufValue.FromArray(Array.Empty<string>()), "empty");
        yield return Bad("tokens", GgufValue.From("a"), "not an array");
        yield return Bad("tokens", GgufValue.FromArray(["<unk>", "<s>", "</s>", new string('a', 1025)]), "1025 bytes");
        yield return Bad("scores", GgufValue.FromArray(new float[3]), "3 elements for 4 tokens");
        yield return Bad("scores", GgufValue.FromArray(new float[5]), "5 elements for 4 tokens");
        yield return Bad("scores", GgufValue.FromArray([0, 0, 0, float.NaN]), "token 3");
        yield return Bad("scores", GgufValue.FromArray(["1"]), "array");
        yield return Bad("token_type", GgufValue.FromArray([1, 1, 1]), "3 elements for 4 tokens");
        yield return Bad("token_type", GgufValue.FromArray([1, 1, 1, 7]), "token 3 has type 7");
        yield return Bad("token_type", GgufValue.FromArray([1, 1, 1, -1]), "token 3 has type -1");
        yield return Bad("token_type", GgufValue.FromArray([1, 1, 1, 6]), "token 3 is a byte");
        yield return Bad("bos_token_id", GgufValue.From(4), "4 is no token");
        yield return Bad("eos_token_id", GgufValue.From(-2), "-2 is no token");
        yield return Bad("unknown_token_id", GgufValue.From("0"), "not an integer");
        yield return Bad("padding_token_id", GgufValue.From(ulong.MaxValue), "outside");
        yield return Bad("add_bos_token", GgufValue.From("yes"), "not a boolean");
    }

    [TestCaseSource(nameof(BadValues))]
    public void NamesTheKeyOfABadValue(string key, GgufValue value, string reason)
    {
        var values = Spm("a");
        values["tokenizer.ggml." + key] = value;
        Assert.That(() => Read(values), Throws.TypeOf<GgufException>()
            .With.Message.Contains("tokenizer.ggml." + key).And.Message.Contains(reason).And.Message.StartsWith("tiny.gguf: "));
    }

    [TestCase("ab")]
    [TestCase("a ")]
    [TestCase(" b")]
    [TestCase("")]
    [TestCase(" ")]
    public void RejectsAMergeThatIsNotTwoTexts(string merge)
    {
        var values = Bpe("gpt-2", "ab", []);
        values["tokenizer.ggml.merges"] = GgufValue.FromArray(["a b", merge]);
        Assert.That(() => Read(values), Throws.TypeOf<GgufException>().With.Message.Contains("tokenizer.ggml.merges").And.Message.Contains("merge 1"));
    }

    [TestCase("model")]
    [TestCase("tokens")]
    [TestCase("merges")]
    public void NamesAMissingKey(string key)
    {
        var values = Bpe("gpt-2", "ab", []);
        values.Remove("tokenizer.ggml." + key);
        Assert.That(() => Read(values), Throws.TypeOf<GgufException>().With.Message.Contains("tokenizer.ggml." + key));
    }

    private static TestCaseData Bad(string key, GgufValue value, string reason) => new(key, value, reason);

    private static Vocabulary Read(Dictionary<string, GgufValue> values) => Vocabulary.FromGguf(Metadata(values));
}
