using System.Diagnostics;
using LlamaInterop.Cli;

namespace LlamaInterop.Tests.Cli;

/// <summary>What the program loads before it answers: a short start, held without a clock.</summary>
[TestFixture]
internal sealed class StartupTests
{
    private static readonly string ProgramPath = typeof(Verb).Assembly.Location;

    [TestCase("--help")]
    [TestCase("--version")]
    public void HelpLoadsNoLibraryAndNoParser(string argument)
    {
        string[] loaded = LoadedBy(argument);
        Assert.That(loaded, Does.Contain("llama-interop"));
        Assert.That(loaded, Has.None.Match("^(LlamaInterop|LlamaInterop.Native|CommandLine)$"));
        Assert.That(loaded, Has.None.Contains("llamakernels"));
    }

    [Test]
    public void DevicesLoadsTheKernelsAndNothingOfTheWeb()
    {
        string[] loaded = LoadedBy("devices");
        Assert.That(loaded, Has.Some.Contains("llamakernels"));
        Assert.That(loaded, Has.None.Match(@"^Microsoft\.(AspNetCore|Extensions)"));
        Assert.That(loaded, Has.None.Match(@"^System\.(Net|Text\.Json|Text\.RegularExpressions|Private\.Xml|Linq\.Expressions|Reflection\.Emit)"));
    }

    private static string[] LoadedBy(string argument)
    {
        var start = new ProcessStartInfo("dotnet", [ProgramPath, argument]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupTests).Assembly.Location;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, error.Result);
        return [.. error.Result.Split('\n').Where(line => line.StartsWith(StartupHook.Mark, StringComparison.Ordinal)).Select(line => line[StartupHook.Mark.Length..].TrimEnd('\r'))];
    }
}
