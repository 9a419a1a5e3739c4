using System.ComponentModel;
using System.Diagnostics;

namespace LlamaInterop.Measuring;

/// <summary>What came of a program that ran.</summary>
/// <param name="ExitCode">Its own; 127 where it could not be started.</param>
/// <param name="Output">What it wrote to stdout.</param>
/// <param name="Errors">What it wrote to stderr.</param>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="ProcessorSeconds">That it computed; 0 where there is no /proc.</param>
/// <param name="Others">What other programs used of the machine meanwhile, from 0 to 1.</param>
/// <param name="MostResident">Bytes of memory that it had at most; 0 where it was not watched.</param>
/// <param name="LaterResident">The median of the second half of its life, when a model is loaded.</param>
internal sealed record Outcome(
    int ExitCode, string Output, string Errors, double Seconds, double ProcessorSeconds, double Others, long MostResident = 0, long LaterResident = 0)
{
    /// <summary>Why it failed: the last line on stderr that speaks of an error, or the last of all.</summary>
    public string Reason
    {
        get
        {
            string[] lines = Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.LastOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? lines.LastOrDefault() ?? "it does not say why";
        }
    }

    /// <summary>Itself, of a program that did not fail.</summary>
    /// <param name="name">What the program is called where it did.</param>
    public Outcome Expect(string name) => ExitCode == 0 ? this : throw new Failure($"{name} ended with {ExitCode}: {Reason}");
}

/// <summary>Programs that are measured.</summary>
internal static class Child
{
    private static readonly TimeSpan s_watchInterval = TimeSpan.FromMilliseconds(20);

    /// <param name="program">Its file, or a name in the path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="watchesMemory">Whether its resident memory is looked at every now and then.</param>
    public static Outcome Run(string program, IEnumerable<string> arguments, bool watchesMemory = false)
    {
        var start = new ProcessStartInfo(program, [.. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        ProcessorUse before = Machine.Use();
        var clock = Stopwatch.StartNew();
        using Process? process = TryStart(start, out string reason);
        if (process is null)
            return new(127, "", reason, 0, 0, 0);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> outputs = process.StandardOutput.ReadToEndAsync();
        (long most, long later) = watchesMemory ? WatchMemory(process) : default;
        string output = outputs.Result;
        process.WaitForExit();
        double seconds = clock.Elapsed.TotalSeconds;
        ProcessorUse after = Machine.Use();
        return new(process.ExitCode, output, errors.Result, seconds, after.Own - before.Own, after.OthersSince(before), most, later);
    }

    /// <summary>Fails where a program is neither a file that can be run nor a name in the path.</summary>
    public static void Require(string program)
    {
        string[] folders = ["", .. Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? []];
        if (!folders.Select(folder => Path.Combine(folder, program)).Any(path => IsProgram(path) || IsProgram(path + ".exe")))
            throw new Failure($"there is no program {program}");
    }

    private static bool IsProgram(string path) => File.Exists(path) && (OperatingSystem.IsWindows() || File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute));

    private static (long Most, long Later) WatchMemory(Process process)
    {
        List<long> seen = [];
        do
        {
            process.Refresh();
            if (!process.HasExited)
                seen.Add(process.WorkingSet64);
        }
        while (!process.WaitForExit(s_watchInterval));
        return seen.Count == 0 ? default : (seen.Max(), (long)Spread.Of(seen.Skip(seen.Count / 2).Select(bytes => (double)bytes)).Median);
    }

    private static Process? TryStart(ProcessStartInfo start, out string reason)
    {
        try
        {
            reason = "";
            return Process.Start(start);
        }
        catch (Win32Exception error)
        {
            reason = $"error: {error.Message}";
            return null;
        }
    }
}
