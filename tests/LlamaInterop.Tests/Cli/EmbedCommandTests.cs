using System.Globalization;
using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Cli;

/// <summary>Embeddings, and an encoder's text, from the command line.</summary>
internal sealed class EmbedCommandTests
{
    private const int Width = TinyStack.Heads * TinyStack.KeyLength;
    private readonly TemporaryFolder _folder = new();
    private string _bert = "", _t5 = "";

    [OneTimeSetUp]
    public void WriteModels()
    {
        _bert = new TinyStack("bert").Write(_folder);
        _t5 = new TinyStack("t5").Write(_folder);
    }

    [OneTimeTearDown]
    public void RemoveFiles() => _folder.Dispose();

    [Test]
    public void WritesALineOfNumbersOfLengthOne()
    {
        var session = Embed("-p", "abc");
        Assert.That(session.ExitCode, Is.Zero);
        float[][] rows = Parse(session.Text);
        Assert.That(rows.Select(row => row.Length), Is.EqualTo(new[] { Width }));
        Assert.That(rows[0].Sum(value => (double)value * value), Is.EqualTo(1).Within(1e-6));
    }

    [Test]
    public void FileTokensAndPromptGiveTheSame()
    {
        string text = _folder.Write("text.txt", "abc\n"u8);
        string expected = Embed("-p", "abc").Text;
        string tokens = string.Join(',', new[] { TinyVocabulary.Bos, TinyVocabulary.Letter('a'), TinyVocabulary.Letter('b'), TinyVocabulary.Letter('c') });
        Assert.That(Embed("-f", text).Text, Is.EqualTo(expected));
        Assert.That(Embed("--tokens", tokens).Text, Is.EqualTo(expected));
    }

    [Test]
    public void WithoutPoolingThereIsALineForEachToken()
    {
        float[][] rows = Parse(Embed("--tokens", "1,5,9", "--pooling", "none").Text);
        Assert.That(rows.Select(row => row.Length), Is.EqualTo(new[] { Width, Width, Width }));
        Assert.That(Parse(Embed("--tokens", "1,5,9", "--pooling", "last", "--no-normalize").Text)[0], Is.EqualTo(rows[2]));
        Assert.That(Parse(Embed("--tokens", "1,5,9", "--pooling", "cls", "--no-normalize").Text)[0], Is.EqualTo(rows[0]));
    }

    [Test]
    public void RefusesHiddenStatesThatAreNotFinite()
    {
        string damaged = _folder.File("nan.gguf");
        File.Copy(_bert, damaged);
        long offset;
        using (GgufFile file = GgufFile.Open(damaged))
            offset = file.TryGetTensor("token_embd_norm.weight", out GgufTensorInfo norm) ? norm.FileOffset : throw new InvalidOperationException("the tiny model has no such norm");
        using (FileStream stream = File.OpenWrite(damaged))
        {
            stream.Position = offset;
            stream.Write(BitConverter.GetBytes(float.NaN));
        }
        var session = CommandLineSession.Run("embed", "-m", damaged, "--tokens", "1,5,9");
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((1, "")));
        Assert.That(session.Error, Does.Contain("error: the hidden state of token 0 is not finite"));
    }

    [TestCase("-o", "-o, the file to write, is empty")]
    [TestCase("-f", "-f, the file to read, is empty")]
    public void RefusesEmptyFileNames(string flag, string reason)
    {
        var session = flag == "-f" ? Embed(flag, "") : Embed("-p", "abc", flag, "");
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((2, $"error: {reason}\n")));
    }

    [Test]
    public void OutputFileHoldsTheSameNumbers()
    {
        string file = _folder.File("out.f32");
        var session = Embed("--tokens", "1,5,9", "--pooling", "none", "-o", file);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((0, "")));
        float[] written = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray();
        Assert.That(written, Is.EqualTo(Parse(Embed("--tokens", "1,5,9", "--pooling", "none").Text).SelectMany(row => row)));
    }

    [TestCase("error: one of -p, -f or --tokens is needed, and only one\n")]
    [TestCase("error: one of -p, -f or --tokens is needed, and only one\n", "-p", "a", "--tokens", "1")]
    [TestCase("error: --tokens: 'x' is not a token id\n", "--tokens", "1,x")]
    [TestCase("error: --pooling: 'max' is not one of none, mean, cls, last\n", "-p", "a", "--pooling", "max")]
    public void MisuseIsOneLineAndExitCodeTwo(string error, params string[] flags)
    {
        var session = Embed(flags);
        Assert.That((session.ExitCode, session.Text, session.Error), Is.EqualTo((2, "", error)));
    }

    [Test]
    public void OutputDoesNotReplaceTheModel() =>
        Assert.That(Embed("-p", "a", "-o", _bert).Error, Is.EqualTo($"error: -o: {_bert} is the model itself\n"));

    [TestCase("token 9999 is not in the vocabulary of 286", "--tokens", "9999")]
    [TestCase("the text has 3 tokens, but the context has room for 2 (-c)", "--tokens", "1,2,3", "-c", "2")]
    public void AFailureIsOneLineAndExitCodeOne(string reason, params string[] flags)
    {
        var session = Embed(flags);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((1, "")));
        Assert.That(session.Error, Does.EndWith($"error: {reason}\n"));
    }

    [TestCase("run", "-p", "a")]
    [TestCase("logits", "-p", "a", "-o", "never.f32")]
    [TestCase("bench", "-p", "4", "-n", "0")]
    public void EncoderWritesNoText(string verb, params string[] flags)
    {
        var session = CommandLineSession.Run([verb, "-m", _bert, .. flags]);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((1, "")));
        Assert.That(session.Error, Does.EndWith($"error: {_bert}: bert is an encoder, whose tokens see the whole text: it gives embeddings (embed), not logits or text\n"));
        Assert.That(File.Exists("never.f32"), Is.False);
    }

    [Test]
    public void EncodersTextIsThePromptOrGivenAsTokens()
    {
        string text = Run("-p", "abc", "--no-display-prompt").Text;
        string encoder = string.Join(',', new[] { TinyVocabulary.Bos, TinyVocabulary.Letter('a'), TinyVocabulary.Letter('b'), TinyVocabulary.Letter('c') });
        string start = $"{TinyVocabulary.Letter('d')}";
        Assert.That(Run("--encoder-tokens", encoder, "--no-display-prompt").Text, Is.EqualTo(text));
        Assert.That(Run("--encoder-tokens", encoder, "--tokens", start, "--no-display-prompt").Text, Is.EqualTo(text));
        Assert.That(Run("--encoder-tokens", "1,7", "--json").Text, Does.StartWith($"{{\"encoder_tokens\":[1,7],\"prompt_tokens\":[{start}],"));
    }

    [Test]
    public void LogitsTakeTheEncodersText()
    {
        string file = _folder.File("logits.f32");
        var session = CommandLineSession.Run("logits", "-m", _t5, "--encoder-tokens", "1,7", "--tokens", "4,5,6", "--all", "-o", file);
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        Assert.That(new FileInfo(file).Length, Is.EqualTo(3 * sizeof(float) * TinyVocabulary.Count));
    }

    [TestCase(2, "error: --encoder-tokens takes the place of -p or -f, which are the encoder's text\n", "--encoder-tokens", "1", "-p", "a")]
    [TestCase(2, "error: --encoder-tokens: 'x' is not a token id\n", "--encoder-tokens", "x")]
    [TestCase(1, "error: the encoder's text has no tokens (--encoder-tokens)\n", "--tokens", "1")]
    [TestCase(1, "error: token 9999 is not in the vocabulary of 286\n", "--encoder-tokens", "9999")]
    public void WrongEncoderTextIsOneLine(int code, string error, params string[] flags)
    {
        var session = Run(flags);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((code, "")));
        Assert.That(session.Error, Does.EndWith(error));
    }

    private CommandLineSession Embed(params string[] flags) => CommandLineSession.Run(["embed", "-m", _bert, .. flags]);

    private CommandLineSession Run(params string[] flags) => CommandLineSession.Run(["run", "-m", _t5, "--temp", "0", "-n", "8", .. flags]);

    private static float[][] Parse(string text) =>
        [.. text.TrimEnd('\n').Split('\n').Select(line => Array.ConvertAll(line.Split(' '), number => float.Parse(number, CultureInfo.InvariantCulture)))];
}
