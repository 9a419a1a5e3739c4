using System.Text.Json;
using LlamaInterop.Cli;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Cli;

internal sealed class TokenizeCommandTests
{
    private readonly TemporaryFolder _folder = new();
    private string Model => _folder.File("vocabulary.gguf");

    [OneTimeSetUp]
    public void WriteModel()
    {
        string[] pieces = ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), "▁", "a", "b", "ab"];
        var writer = new GgufWriter();
        writer.Set("general.architecture", GgufValue.From("llama"));
        writer.Set("tokenizer.ggml.model", GgufValue.From("llama"));
        writer.Set("tokenizer.ggml.tokens", GgufValue.FromArray(pieces));
        writer.Set("tokenizer.ggml.scores", GgufValue.FromArray([.. pieces.Select((_, index) => (float)index)]));
        writer.Set("tokenizer.ggml.token_type", GgufValue.FromArray([.. pieces.Select(TypeOf)]));
        writer.Set("tokenizer.ggml.bos_token_id", GgufValue.From(1u));
        writer.Set("tokenizer.ggml.eos_token_id", GgufValue.From(2u));
        writer.Set("tokenizer.ggml.unknown_token_id", GgufValue.From(0u));
        writer.Set("tokenizer.ggml.add_bos_token", GgufValue.From(true));
        writer.Set("tokenizer.ggml.add_space_prefix", GgufValue.From(false));
        writer.Write(Model);
    }

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [TestCase("[1,262]\n", "--json")]
    [TestCase("[262]\n", "--json", "--no-bos")]
    [TestCase("      1  \"<s>\"\n    262  \"ab\"\n")]
    public void WritesIds(string expected, params string[] flags)
    {
        var session = CommandLineSession.Run(["tokenize", "-m", Model, "-p", "ab", .. flags]);
        Assert.That((session.ExitCode, session.Text, session.Error), Is.EqualTo((0, expected, "")));
    }

    [Test]
    public void SaysWhichPreTokenizerItDoesNotKnow()
    {
        string model = _folder.File("bpe.gguf");
        var writer = new GgufWriter();
        writer.Set("general.architecture", GgufValue.From("llama"));
        writer.Set("tokenizer.ggml.model", GgufValue.From("gpt2"));
        writer.Set("tokenizer.ggml.pre", GgufValue.From("xyz"));
        writer.Set("tokenizer.ggml.tokens", GgufValue.FromArray(["a", "b", "ab"]));
        writer.Set("tokenizer.ggml.merges", GgufValue.FromArray(["a b"]));
        writer.Write(model);
        var session = CommandLineSession.Run("tokenize", "-m", model, "-p", "ab", "--json");
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((0, "[2]\n")));
        Assert.That(session.Error, Does.StartWith($"warning: {model}: tokenizer.ggml.pre is 'xyz', which is not known: splitting as 'default'"));
    }

    [TestCase("[259,2]\n", "--parse-special")]
    [TestCase("[259,63,50,118,65]\n")]
    public void SpecialTokensAreTextUnlessAskedFor(string expected, params string[] flags) =>
        Assert.That(CommandLineSession.Run(["tokenize", "-m", Model, "-p", " </s>", "--no-bos", "--json", .. flags]).Text, Is.EqualTo(expected));

    [Test]
    public void ReadsEveryByteOfAFile()
    {
        string text = _folder.Write("text.txt", [(byte)'a', 0xff, (byte)'\n']);
        Assert.That(CommandLineSession.Run("tokenize", "-m", Model, "-f", text, "--json", "--no-bos").Text, Is.EqualTo("[260,258,13]\n"));
    }

    [Test]
    public void WritesALineForEachLine()
    {
        var session = CommandLineSession.RunWithInput("{\"text\":\"ab\"}\n{\"hex\":\"61ff\"}\r\n{\"text\":\"\"}", "tokenize", "-m", Model, "--jsonl", "--no-bos");
        Assert.That((session.ExitCode, session.Text, session.Error), Is.EqualTo((0, "[262]\n[260,258]\n[]\n", "")));
    }

    [TestCase("{\"text\":1}", "\"text\" is not a string")]
    [TestCase("{\"hex\":\"6\"}", "\"hex\" does not hold pairs of hexadecimal digits")]
    [TestCase("{\"hex\":\"zz\"}", "\"hex\" does not hold pairs of hexadecimal digits")]
    [TestCase("{\"words\":\"a\"}", "neither \"text\" nor \"hex\" is there")]
    [TestCase("[1]", "an object with \"text\" or \"hex\" is wanted, not Array")]
    [TestCase("{\"text\":\"\\ud800\"}", "\"text\" holds half a surrogate pair")]
    [TestCase("", "the line is empty")]
    [TestCase("{\"text\":\"a\"", "")]
    [TestCase("text", "")]
    public void NamesTheLineThatCannotBeRead(string line, string reason)
    {
        var session = CommandLineSession.RunWithInput($"{{\"text\":\"a\"}}\n{line}\n", "tokenize", "-m", Model, "--jsonl", "--no-bos");
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((1, "[260]\n")));
        Assert.That(session.Error, Does.StartWith("error: stdin, line 2: " + reason).And.Match(@"^[^\n]+\n$").And.Not.Contain("LineNumber"));
    }

    [Test]
    public void RefusesInputThatIsNotUtf8()
    {
        var session = CommandLineSession.RunWithInput([(byte)'{', 0xff, (byte)'}'], "tokenize", "-m", Model, "--jsonl");
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((1, "error: stdin, line 1 or soon after: not UTF-8\n")));
    }

    [TestCase("error: one of -p, -f or --jsonl is needed\n")]
    [TestCase("error: only one of -p, -f or --jsonl can be given\n", "-p", "a", "--jsonl")]
    [TestCase("error: --override-kv: 'a' is not of the form KEY=TYPE:VALUE with the type int, float, bool or str\n", "-p", "a", "--override-kv", "a")]
    public void MisuseIsOneLineAndExitCodeTwo(string error, params string[] flags)
    {
        var session = CommandLineSession.Run(["tokenize", "-m", Model, .. flags]);
        Assert.That((session.ExitCode, session.Text, session.Error), Is.EqualTo((2, "", error)));
    }

    [Test]
    public void OverridesReachTheTokenizer()
    {
        var session = CommandLineSession.Run("tokenize", "-m", Model, "-p", "ab", "--json", "--override-kv", "tokenizer.ggml.add_bos_token=bool:false");
        Assert.That(session.Text, Is.EqualTo("[262]\n"));
    }

    [Test]
    public void SaysWhichModelItTakesWhenNoneIsNamed()
    {
        var session = CommandLineSession.Run("tokenize", "-p", "Once upon a time", "--json");
        Assert.That(session.ExitCode, Is.Zero);
        Assert.That(session.Error, Does.StartWith("model: ").And.Contain("demo.gguf"));
    }

    [TestCase("ab a\u00e9", "--tokens", "262,259,260,198,172")]
    [TestCase("</s>", "-p", "[2]")]
    [TestCase("", "--tokens", "")]
    public void TurnsIdsBackIntoText(string expected, params string[] flags) =>
        Assert.That(CommandLineSession.Run(["detokenize", "-m", Model, .. flags]).Text, Is.EqualTo(expected));

    [Test]
    public void DetokenizesALineForEachLine()
    {
        var session = CommandLineSession.RunWithInput("[262]\n[198]\n", "detokenize", "-m", Model, "--jsonl");
        Assert.That(session.Text, Is.EqualTo("{\"text\":\"ab\",\"hex\":\"6162\"}\n{\"text\":\"\uFFFD\",\"hex\":\"c3\"}\n"));
    }

    [TestCase("{}", "an array of token ids is wanted, not Object")]
    [TestCase("[-1]", "-1 is not a token id")]
    [TestCase("[1.5]", "1.5 is not a token id")]
    [TestCase("[263]", "263 is not a token: the vocabulary has 263")]
    public void NamesTheLineOfIdsThatCannotBeRead(string line, string reason)
    {
        var session = CommandLineSession.RunWithInput($"[260]\n{line}\n", "detokenize", "-m", Model, "--jsonl");
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((1, $"error: stdin, line 2: {reason}\n")));
    }

    [TestCase("1,x", 2, "error: --tokens: 'x' is not a token id\n")]
    [TestCase("-1", 2, "error: --tokens: '-1' is not a token id\n")]
    [TestCase("263", 1, "error: 263 is not a token: the vocabulary has 263\n")]
    public void RefusesWhatIsNoToken(string tokens, int code, string error)
    {
        var session = CommandLineSession.Run("detokenize", "-m", Model, "--tokens", tokens);
        Assert.That((session.ExitCode, session.Text, session.Error), Is.EqualTo((code, "", error)));
    }

    [NeedsSharedData]
    [TestCase("demo", "models/demo/demo.gguf")]
    [TestCase("ggml-vocab-llama-spm", "tokenizers/ggml-vocab-llama-spm.gguf")]
    [TestCase("ggml-vocab-gpt-2", "tokenizers/ggml-vocab-gpt-2.gguf")]
    public void AgreesWithRecordedIds(string reference, string model)
    {
        var expected = File.ReadAllLines(SharedData.PathOf("reference", "tokenize", reference + ".jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        string input = string.Join('\n', expected.Select(line => $"{{\"hex\":{line.GetProperty("hex").GetRawText()}}}"));
        string path = SharedData.PathOf(model.Split('/'));
        var plain = CommandLineSession.RunWithInput(input, "tokenize", "-m", path, "--jsonl", "--no-bos");
        Assert.That(Lines(plain.Text), Is.EqualTo(expected.Select(line => line.GetProperty("plain").GetRawText())));
        var special = CommandLineSession.RunWithInput(input, "tokenize", "-m", path, "--jsonl", "--parse-special");
        Assert.That(Lines(special.Text), Is.EqualTo(expected.Select(line => line.GetProperty("special").GetRawText())));
        var text = CommandLineSession.RunWithInput(plain.Text, "detokenize", "-m", path, "--jsonl");
        Assert.That(Lines(text.Text).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("hex").GetString()),
            Is.EqualTo(expected.Select(line => line.GetProperty("detok_hex").GetString())));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Test]
    [Platform("Linux")]
    public void RefusesAFileWithoutEnd()
    {
        var session = CommandLineSession.Run("tokenize", "-m", Model, "-f", "/dev/zero");
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((1, "error: /dev/zero: is larger than 64 MiB\n")));
    }

    [Test]
    [Platform("Linux")]
    public void RefusesALineWithoutEnd()
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var terminal = new Terminal(File.OpenRead("/dev/zero"), Stream.Null, error);
        int code = Dispatcher.Run(Program.Verbs, ["tokenize", "-m", Model, "--jsonl"], terminal);
        Assert.That((code, error.ToString()), Is.EqualTo((1, "error: stdin, line 1: is longer than 67108864 characters\n")));
    }

    private static int TypeOf(string piece, int id) => id switch
    {
        0 => 2,
        1 or 2 => 3,
        _ => piece.StartsWith("<0x") ? 6 : 1,
    };
}
