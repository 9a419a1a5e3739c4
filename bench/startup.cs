#!/usr/bin/env dotnet
// Measures how long short verbs take from process start to exit, beside an empty program of the same runtime, interleaved: the median of the
// time on the clock, and the mean of the processor time, which the system counts in steps of 10 ms (Linux only).
//
//   dotnet run bench/startup.cs [-- --rounds 21] [--verbs "--help,devices,info FILE"]
#:property PublishAot=false
#:property TieredPGO=false
#:include measuring/*.cs
using System.Diagnostics;
using LlamaInterop.Measuring;

if (args is ["--nothing"])
    return 0;
int rounds = 21;
string[] verbs = ["--help", "devices"];
return Script.Run(args, Read, MeasureAll);

bool Read(string flag, CommandLine line)
{
    switch (flag)
    {
        case "--rounds": rounds = line.Whole(least: 1); return true;
        case "--verbs": verbs = line.Names(); return true;
        default: return false;
    }
}

void MeasureAll()
{
    string cli = Checkout.Library;
    var programs = new List<(string Name, string[] Arguments)> { ("(an empty program)", [Path.Combine(AppContext.BaseDirectory, "startup.dll"), "--nothing"]) };
    programs.AddRange(verbs.Select(verb => (verb, (string[])[cli, .. verb.Split(' ')])));
    var samples = programs.Select(_ => new List<Sample>()).ToArray();
    for (int round = -1; round < rounds; round++)
    {
        for (int i = 0; i < programs.Count; i++)
        {
            Sample sample = Measure(programs[i].Arguments);
            if (round >= 0)
                samples[i].Add(sample);
        }
    }

    Console.WriteLine($"{rounds} rounds; ms: median (lowest to highest) on the clock, mean of the processor\n");
    Console.WriteLine("| verb | clock | processor |\n|---|---:|---:|");
    for (int i = 0; i < programs.Count; i++)
    {
        var clock = Spread.Of(samples[i].Select(s => s.Clock));
        Console.WriteLine($"| {programs[i].Name} | {clock.Median:F0} ({clock.Lowest:F0} to {clock.Highest:F0}) | {samples[i].Average(s => s.Processor):F0} |");
    }
}

static Sample Measure(string[] arguments)
{
    var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
    double before = ChildrenMilliseconds();
    var clock = Stopwatch.StartNew();
    using Process process = Process.Start(start)!;
    process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    double elapsed = clock.Elapsed.TotalMilliseconds;
    if (process.ExitCode != 0)
        throw new Failure($"{string.Join(' ', arguments[1..])} ended with {process.ExitCode}");
    return new(elapsed, ChildrenMilliseconds() - before);
}

// What ended children of this process computed; 0 where there is no /proc.
static double ChildrenMilliseconds()
{
    const double MillisecondsPerTick = 10;
    const int User = 13, System = 14; // counted after the name
    if (!File.Exists("/proc/self/stat"))
        return 0;
    string[] self = File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ');
    return (double.Parse(self[User]) + double.Parse(self[System])) * MillisecondsPerTick;
}

internal readonly record struct Sample(double Clock, double Processor);
