using System.Diagnostics;

namespace LlamaInterop.Tests.Samples;

/// <summary>The scripts of <c>samples/</c>, run as a user runs them.</summary>
[TestFixture]
internal sealed class SampleTests
{
    [Test]
    public void HelloWritesAStory()
    {
        (int code, string output, string error) = RunScript("hello.cs", "--backend", "cpu");
        Assert.That(code, Is.Zero, error);
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.That(output, Does.StartWith("Once upon a time"));
        Assert.That(output, Has.Length.GreaterThan("Once upon a time".Length + 40));
        Assert.That(lines[^2], Does.StartWith("The little dog "));
        Assert.That(lines[^1], Does.Match("^(Stop|Length|EndOfText), [0-9]+ tokens$"));
        Assert.That(error, Does.Contain("cpu: "));
    }

    private static (int Code, string Output, string Error) RunScript(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["run", Path.Combine(SharedData.RepositoryRoot, "samples", script), "--", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = SharedData.RepositoryRoot,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
