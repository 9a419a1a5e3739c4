using System.Diagnostics;

namespace LlamaInterop.Measuring;

/// <summary>What came of a program that ran.</summary>
/// <param name="ExitCode">Its own.</param>
/// <param name="Output">What it wrote to stdout.</param>
/// <param name="Errors">What it wrote to stderr.</param>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="ProcessorSeconds">That it computed; 0 where there is no /proc.</param>
/// <param name="Others">What other programs used of the machine meanwhile, from 0 to 1.</param>
internal sealed record Outcome(int ExitCode, string Output, string Errors, double Seconds, double ProcessorSeconds, double Others);

/// <summary>Programs that are measured.</summary>
internal static class Child
{
    public static Outcome Run(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, [.. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        ProcessorUse before = Machine.Use();
        var clock = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double seconds = clock.Elapsed.TotalSeconds;
        ProcessorUse after = Machine.Use();
        return new(process.ExitCode, output, errors.Result, seconds, after.Own - before.Own, after.OthersSince(before));
    }
}
