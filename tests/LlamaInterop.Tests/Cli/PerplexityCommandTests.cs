using System.Text.Json;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Cli;

/// <summary>Perplexity, divergence and tasks from the command line.</summary>
internal sealed class PerplexityCommandTests
{
    private readonly TemporaryFolder _folder = new();
    private string _model = "", _other = "", _text = "";

    [OneTimeSetUp]
    public void WriteFiles()
    {
        _model = new TinyModel().Write(_folder, "model.gguf");
        _other = new TinyModel { Seed = 5 }.Write(_folder, "other.gguf");
        _text = _folder.Write("text.txt", [.. Enumerable.Range(0, 200).Select(i => (byte)('a' + (i * i % 26)))]);
    }

    [OneTimeTearDown]
    public void RemoveFiles() => _folder.Dispose();

    [Test]
    public void PrintsTheFinalEstimateAloneOnStdout()
    {
        var session = Perplexity("-m", _model, "-f", _text, "-c", "32", "-t", "2");
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        Assert.That(session.Text, Does.Match(@"^Final estimate: PPL = \d+\.\d{4} \+/- \d+\.\d{5}\n$"));
        Assert.That(session.Error, Does.Match(@"\[1\]\d+\.\d{4},(\[\d\]\d+\.\d{4},)*\[6\]\d+\.\d{4},\n$"));
    }

    [Test]
    public void PrintsOneObject()
    {
        var session = Perplexity("-m", _model, "-f", _text, "-c", "32", "--chunks", "3", "--json");
        using JsonDocument json = JsonDocument.Parse(session.Text);
        Assert.That(json.RootElement.GetProperty("chunks").GetInt32(), Is.EqualTo(3));
        Assert.That(json.RootElement.GetProperty("perplexity").GetDouble(), Is.GreaterThan(1));
        Assert.That(json.RootElement.GetProperty("error").GetDouble(), Is.GreaterThan(0));
    }

    [Test]
    public void StridesUnderBothNames() => Assert.That(
        Perplexity("-m", _model, "-f", _text, "-c", "32", "--stride", "16").Text,
        Is.Not.Empty.And.EqualTo(Perplexity("-m", _model, "-f", _text, "-c", "32", "--ppl-stride", "16").Text));

    [Test]
    public void ComparesWithABaseModelsFile()
    {
        string file = _folder.File("base.kld");
        Assert.That(Perplexity("-m", _model, "-f", _text, "-c", "32", "--kl-divergence-base", file).ExitCode, Is.Zero);
        var session = Perplexity("-m", _other, "--kl-divergence-base", file, "--kl-divergence");
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        Assert.That(session.Text, Does.Contain("Mean    KLD:").And.Contain("Median  KLD:").And.Contain("99.0%   KLD:").And.Contain("Same top p:").And.Contain("RMS Δp"));
        var itself = Perplexity("-m", _model, "--kl-divergence-base", file, "--kl-divergence", "--json");
        using JsonDocument json = JsonDocument.Parse(itself.Text);
        Assert.That(json.RootElement.GetProperty("kld").GetDouble(), Is.EqualTo(0).Within(1e-4));
        Assert.That(json.RootElement.GetProperty("same_top").GetDouble(), Is.EqualTo(1));
    }

    [Test]
    public void ScoresTasks()
    {
        string tasks = _folder.Write("tasks.txt", "a b\n1\nc d\ne f\ng h\ni j\n"u8);
        var session = Perplexity("-m", _model, "-f", tasks, "--hellaswag", "-c", "64");
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        Assert.That(session.Text, Does.Match(@"^1\t(0|100)\.00000000%\t\[\d+\.\d{4}%, \d+\.\d{4}%\]\n$"));
    }

    [TestCase("-f, the text, is missing")]
    [TestCase("--kl-divergence-base, the base model's file, is missing", "--kl-divergence")]
    [TestCase("only one of --kl-divergence", "--kl-divergence", "--hellaswag")]
    [TestCase("-c: 3 is not a number from 4", "-c", "3", "-f", "TEXT")]
    [TestCase("--chunks: 0 is not a number from 1", "--chunks", "0", "-f", "TEXT")]
    [TestCase("--chunks: -2 is not a number from 1", "--chunks", "-2", "-f", "TEXT")]
    [TestCase("--ppl-stride: -1 is not a number from 0", "--ppl-stride", "-1", "-f", "TEXT")]
    [TestCase("--ppl-output-type: 2 is not a number from 0 to 1", "--ppl-output-type", "2", "-f", "TEXT")]
    public void SaysHowItIsMisused(string message, params string[] args)
    {
        var session = Perplexity(["-m", _model, .. args.Select(arg => arg == "TEXT" ? _text : arg)]);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((2, "")));
        Assert.That(session.Error, Does.Contain(message));
    }

    [Test]
    public void SaysThatATextIsTooShort()
    {
        var session = Perplexity("-m", _model, "-f", _text, "-c", "128");
        Assert.That(session.ExitCode, Is.EqualTo(1));
        Assert.That(session.Error, Does.Contain("at least 256 are needed"));
    }

    private static CommandLineSession Perplexity(params string[] args) => CommandLineSession.Run(["perplexity", .. args]);
}
