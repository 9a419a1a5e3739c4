using LlamaInterop.Cli;

namespace LlamaInterop.Tests.Cli;

internal sealed class DispatcherTests
{
    [Test]
    public void NothingTypedIsMisuse()
    {
        var session = CommandLineSession.Run();
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((2, "")));
        Assert.That(session.Error, Does.StartWith("usage: llama-interop VERB"));
    }

    [TestCase("error: unknown verb 'inf'; did you mean info?\n", "inf")]
    [TestCase("error: unknown verb 'frobnicate'\n", "help", "frobnicate")]
    [TestCase("error: unknown flag --jsno; did you mean --json?\n", "info", "--jsno", "a.gguf")]
    [TestCase("error: FILE is missing\n", "info")]
    [TestCase("error: FILE is missing\n", "info", "")]
    [TestCase("error: --model: the name is empty\n", "tokenize", "-m", "", "-p", "a")]
    [TestCase("error: unexpected argument 'b'\n", "info", "a", "b")]
    public void MisuseIsOneLineAndExitCodeTwo(string line, params string[] args)
    {
        var session = CommandLineSession.Run(args);
        Assert.That((session.ExitCode, session.Text, session.Error), Is.EqualTo((2, "", line)));
    }

    [Test]
    public void VersionIsOneLine() =>
        Assert.That(CommandLineSession.Run("--version").Text, Does.Match(@"^llama-interop \d+\.\d+\.\d+\n$"));

    [Test]
    public void UnknownFailureIsOneLineWithoutStack()
    {
        var (code, error) = Fail(new KeyNotFoundException("first\nsecond"));
        Assert.That((code, error), Is.EqualTo((1, "error: unexpected KeyNotFoundException: first second\n")));
    }

    [TestCase("-v")]
    [TestCase("--verbose")]
    public void VerboseShowsTheStack(string flag)
    {
        var (_, error) = Fail(new InvalidOperationException("odd"), flag);
        Assert.That(error, Does.Contain("odd").And.Contain("   at "));
    }

    [Test]
    public void InterruptionHasItsOwnExitCode() =>
        Assert.That(Fail(new OperationCanceledException()), Is.EqualTo((130, "interrupted\n")));

    [Test]
    public void BrokenPipeEndsQuietly() =>
        Assert.That(Fail(new IOException("Broken pipe", hresult: 32)), Is.EqualTo((0, "")));

    [Test]
    public void ErrorThatCannotBeWrittenLeavesTheExitCode()
    {
        using var full = new FullWriter();
        using var terminal = new Terminal(Stream.Null, Stream.Null, full);
        Assert.That(Dispatcher.Run(Program.Verbs, ["frobnicate"], terminal), Is.EqualTo(2));
    }

    [Test]
    public void ResultDoesNotNeedAWritableErrorStream()
    {
        using var full = new FullWriter();
        using var output = new MemoryStream();
        using var terminal = new Terminal(Stream.Null, output, full);
        var verb = new Verb("say", "", "says", Program.Verbs[0].Options, (_, terminal) =>
        {
            terminal.Error.WriteLine("working");
            terminal.WriteLine("result");
            return 0;
        });
        Assert.That((Dispatcher.Run([verb], ["say"], terminal), output.ToArray()), Is.EqualTo((0, "result\n"u8.ToArray())));
    }

    private sealed class FullWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("no space left");
    }

    private static (int Code, string Error) Fail(Exception exception, params string[] flags)
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var terminal = new Terminal(Stream.Null, Stream.Null, error);
        var verb = new Verb("fail", "", "fails", Program.Verbs[0].Options, (_, _) => throw exception);
        return (Dispatcher.Run([verb], ["fail", .. flags], terminal), error.ToString());
    }
}
