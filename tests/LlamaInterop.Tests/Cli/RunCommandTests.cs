using System.Runtime.InteropServices;
using System.Text.Json;
using LlamaInterop.Cli;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Cli;

/// <summary>The demo model of the repository, run from the command line.</summary>
internal sealed class RunCommandTests
{
    private const string Prompt = "Once upon a time";

    private static readonly string s_model = Path.Combine(SharedData.RepositoryRoot, "models", "demo.gguf");

    [Test]
    public void WritesAStoryAndNothingElseToStdout()
    {
        var session = Run("-p", Prompt, "-n", "8");
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((0, "Once upon a time, there was a little girl named Lily\n")));
    }

    [Test]
    public void TellsDeviceSamplingSeedAndTimesOnStderr()
    {
        var session = Run("-p", Prompt, "-n", "2", "-s", "7");
        Assert.That(session.Error, Does.Contain("device: cpu: ").And.Contain("kernels: f32 ").And.Contain("sampling: ").And.Contain("temp = 0.000").And.Contain("seed: 7")
            .And.Contain("load time").And.Contain("sample time").And.Contain("prompt eval time").And.Contain("tokens per second").And.Contain("[stop: length]"));
    }

    [Test]
    public void WritesOneJsonObject()
    {
        using var json = JsonDocument.Parse(Run("-p", Prompt, "-n", "4", "--json", "--logprobs", "3").Output);
        var root = json.RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(root.EnumerateObject().Select(property => property.Name), Is.EqualTo(
                ["prompt_tokens", "tokens", "text", "stop", "timings", "device", "logprobs"]));
            Assert.That(root.GetProperty("prompt_tokens").GetRawText(), Is.EqualTo("[1,438,447,261,401]"));
            Assert.That(root.GetProperty("tokens").GetArrayLength(), Is.EqualTo(4));
            Assert.That(root.GetProperty("text").GetString(), Is.EqualTo(", there was a"));
            Assert.That(root.GetProperty("stop").GetString(), Is.EqualTo("length"));
            Assert.That(root.GetProperty("logprobs").EnumerateArray().Select(step => step.GetArrayLength()), Is.EqualTo([3, 3, 3, 3]));
            Assert.That(root.GetProperty("logprobs").EnumerateArray().Select(step => step[0][0].GetInt32()),
                Is.EqualTo(root.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32())), "greedy takes the best");
        });
    }

    [Test]
    public void TakesTokensAsGiven()
    {
        using var json = JsonDocument.Parse(Run("--tokens", "438,447,261,401", "-n", "1", "--json").Output);
        Assert.That(json.RootElement.GetProperty("prompt_tokens").GetRawText(), Is.EqualTo("[438,447,261,401]"));
    }

    [Test]
    public void StopsBeforeAStopString()
    {
        var session = Run("-p", Prompt, "-n", "50", "-r", " little", "--json");
        using var json = JsonDocument.Parse(session.Output);
        Assert.That(json.RootElement.GetProperty("stop").GetString(), Is.EqualTo("stop"));
        Assert.That(json.RootElement.GetProperty("text").GetString(), Is.EqualTo(", there was a"));
    }

    [Test]
    public void AFullContextStopsWithLength()
    {
        using var json = JsonDocument.Parse(Run("-p", Prompt, "-c", "16", "--ignore-eos", "--json").Output);
        Assert.That(json.RootElement.GetProperty("stop").GetString(), Is.EqualTo("length"));
        Assert.That(json.RootElement.GetProperty("tokens").GetArrayLength(), Is.EqualTo(16 - 5 + 1));
    }

    [Test]
    public void EndsWithTheModelsEndToken()
    {
        using var json = JsonDocument.Parse(Run("-p", Prompt, "-n", "2", "--logit-bias", "2+inf", "--json").Output);
        Assert.That(json.RootElement.GetProperty("tokens").GetRawText(), Is.EqualTo("[2]"));
        Assert.That(json.RootElement.GetProperty("stop").GetString(), Is.EqualTo("eos"));
    }

    [Test]
    public void ReadsAPromptFileWithoutItsLastLineBreak()
    {
        using var folder = new TemporaryFolder();
        var session = Run("-f", folder.Write("prompt.txt", "Once upon a time\n"u8), "-n", "1");
        Assert.That(session.Text, Is.EqualTo("Once upon a time,\n"));
    }

    [TestCase("a\nb", "a\\nb")]
    [TestCase("a\\nb", "a\\nb", "--no-escape")]
    [TestCase("", "a", "--no-display-prompt")]
    [TestCase("\u001b[33ma\u001b[0m", "a", "--color")]
    public void ShowsThePromptAsItWasUnderstood(string shown, string prompt, params string[] flags) =>
        Assert.That(Run(["-p", prompt, "-n", "0", .. flags]).Text, Is.EqualTo(shown + "\n"));

    [TestCase("-ngl 99: all layers stay on the CPU, because this build has no GPU backend\n", "-ngl", "99")]
    [TestCase("-ngl all: all layers stay on the CPU, because --backend cpu was asked for\n", "-ngl", "all", "--backend", "cpu")]
    [TestCase(" (auto)", "--backend", "auto")]
    public void SaysWhatWasChosen(string line, params string[] flags) =>
        Assert.That(Run(["-p", "a", "-n", "0", .. flags]).Error, Does.Contain(line));

    [TestCase("error: --n-gpu-layers: 'many' is not a number, auto or all\n", "-ngl", "many")]
    [TestCase("error: --logprobs needs --json\n", "--logprobs", "3")]
    [TestCase("error: only one of -p, -f or --tokens can be given\n", "--tokens", "1")]
    [TestCase("error: this build has no CUDA backend: it was made for the CPU only\n", "--backend", "cuda")]
    [TestCase("error: this build has no Metal backend: it was made for the CPU only\n", "--backend", "metal")]
    public void MisuseIsOneLineAndExitCodeTwo(string error, params string[] flags)
    {
        var session = Run(["-p", "a", .. flags]);
        Assert.That((session.ExitCode, session.Text, session.Error), Is.EqualTo((2, "", error)));
    }

    [TestCase("the prompt has 5 tokens, but the context has room for 4 (-c)", "-c", "4")]
    [TestCase("token 99999 is not in the vocabulary of 2048", "--tokens", "99999")]
    public void AFailureIsOneLineAndExitCodeOne(string reason, params string[] flags)
    {
        var session = Run(flags.Contains("--tokens") ? flags : ["-p", Prompt, .. flags]);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((1, "")));
        Assert.That(session.Error, Does.EndWith($"error: {reason}\n"));
    }

    [TestCase(1, "-p", Prompt)]
    [TestCase(5, "-p", Prompt, "--all")]
    [TestCase(1, "--tokens", "1,438,447,261,401")]
    public void LogitsAreThoseThatTheRunChoosesFrom(int rows, params string[] flags)
    {
        using var folder = new TemporaryFolder();
        var session = CommandLineSession.Run(["logits", "-m", s_model, "-o", folder.File("out.f32"), .. flags]);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((0, "")));
        var logits = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(folder.File("out.f32"))).ToArray();
        Assert.That(logits, Has.Length.EqualTo(rows * 2048));
        var last = logits[^2048..];
        Assert.That(Array.IndexOf(last, last.Max()), Is.EqualTo(2010), "the comma");
    }

    [TestCase("error: -o, the file to write, is missing\n", "-p", "a")]
    [TestCase("error: one of -p or --tokens is needed, and only one\n", "-o", "out.f32")]
    public void LogitsWantTheirFlags(string error, params string[] flags)
    {
        var session = CommandLineSession.Run(["logits", "-m", s_model, .. flags]);
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((2, error)));
    }

    [Test]
    public void LogitsDoNotReplaceTheModel()
    {
        var session = CommandLineSession.Run("logits", "-m", s_model, "-p", "a", "-o", s_model);
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((2, $"error: -o: {s_model} is the model itself\n")));
    }

    [TestCase]
    [TestCase("--all")]
    public void InterruptedLogitsLeaveNoFile(params string[] flags)
    {
        using var folder = new TemporaryFolder();
        using var error = new StringWriter { NewLine = "\n" };
        using var terminal = new Terminal(Stream.Null, Stream.Null, error) { Interrupted = new CancellationToken(true) };
        int code = Dispatcher.Run(Program.Verbs, ["logits", "-m", s_model, "-p", "a", "-o", folder.File("out.f32"), .. flags], terminal);
        Assert.That((code, Directory.GetFiles(folder.Path)), Is.EqualTo((130, Array.Empty<string>())));
        Assert.That(error.ToString(), Does.EndWith("interrupted\n"));
    }

    /// <summary>Whichever write fails: the prompt's, a piece's, the report's.</summary>
    [Test]
    public void OutputThatFailsIsOneLine([Range(0, 5)] int writes)
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var output = new FullStream(writes);
        using var terminal = new Terminal(Stream.Null, output, error);
        int code = Dispatcher.Run(Program.Verbs, ["run", "-m", s_model, "-p", Prompt, "-n", "50"], terminal);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(error.ToString(), Does.EndWith("error: no space left\n"));
    }

    private sealed class FullStream(int room) : MemoryStream
    {
        private int _room = room;

        public override void Write(ReadOnlySpan<byte> buffer) => Take();

        public override void Write(byte[] buffer, int offset, int count) => Take();

        private void Take()
        {
            if (_room-- <= 0)
                throw new IOException("no space left");
        }
    }

    [Test]
    public void DevicesSaysWhatThereIsAndWhyNot() =>
        Assert.That(CommandLineSession.Run("devices").Text, Does.Match(@"cpu +\w").And.Match("cuda +not available: ").And.Match("metal +not available: ").And.Match("huge pages"));

    [TestCase("--poll", "0", "--numa", "distribute")]
    [TestCase("--prio", "-1", "--numa", "isolate")]
    [TestCase("--cpu-strict", "1", "-t", "1")]
    [TestCase("-C", "1", "-Cr", "0-0")]
    [Platform("Linux")]
    public void TellsTheSameStoryWhereverItsThreadsRun(string flag, string value, string otherFlag, string otherValue)
    {
        var session = Run("-p", Prompt, "-n", "8", flag, value, otherFlag, otherValue);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((0, "Once upon a time, there was a little girl named Lily\n")), session.Error);
    }

    [Test]
    public void SaysThatAProcessorIsNotThere()
    {
        var session = Run("-p", Prompt, "-Cr", "0-1023");
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((1, "")));
        Assert.That(session.Error.TrimEnd(), Does.Match("error: .*there is no processor [0-9]+; this machine has 0").And.Not.Contains("\n"));
    }

    private static CommandLineSession Run(params string[] flags) =>
        CommandLineSession.Run(["run", "-m", s_model, "--temp", "0", .. flags]);
}
