using System.Diagnostics;
using System.Globalization;

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

    [Test]
    public void HelloSaysWhyABackendIsNotThere()
    {
        (int code, string output, string error) = RunScript("hello.cs", "--backend", "cuda");
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.StartWith("error: ").And.Contain("CUDA"));
    }

    [Test]
    public void QuantizeCompareShowsWhatIsLeft()
    {
        (int code, string output, string error) = RunScript("quantize_compare.cs", Path.Combine(SharedData.RepositoryRoot, "models", "demo.gguf"), "q8_0", "q2_k");
        Assert.That(code, Is.Zero, error);
        string[][] rows = [.. output.TrimEnd('\n').Split('\n').Skip(1).Select(line => line.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries))];
        Assert.That(rows.Select(row => row[0]), Is.EqualTo(new[] { "(input)", "Q8_0", "Q2_K" }));
        double[] sizes = [.. rows.Select(row => double.Parse(row[1], CultureInfo.InvariantCulture))];
        double[] perplexities = [.. rows.Select(row => double.Parse(row[3], CultureInfo.InvariantCulture))];
        Assert.That(sizes, Is.Ordered.Descending);
        Assert.That(perplexities[1], Is.EqualTo(perplexities[0]).Within(1).Percent, "Q8_0 costs next to nothing");
        Assert.That(perplexities[2], Is.GreaterThan(perplexities[0] * 1.02), "two bits cost something");
        Assert.That(rows.Select(row => row[4]), Is.All.StartsWith("One day, a little dog"));
    }

    [Test]
    public void QuantizeCompareRefusesAnUnknownType()
    {
        (int code, _, string error) = RunScript("quantize_compare.cs", Path.Combine(SharedData.RepositoryRoot, "models", "demo.gguf"), "q9");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith("error: there is no type 'q9', only F32"));
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
