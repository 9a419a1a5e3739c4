#!/usr/bin/env dotnet
// Measures this engine and others on the same file, interleaved: each round runs every program once a test, in an order that
// turns around from round to round, so that a busy moment of the machine hits all alike. Ratios are taken within a round.
//
//   dotnet run bench/peers.cs -- -m FILE --peer llama.cpp=PATH/TO/llama-bench [--peer NAME=npm:FOLDER ...]
//       [-t 2] [-p 512] [-n 64] [--rounds 5] [--peer-args "-fa 1"] [--others 5] [--patience 10]
//
// A peer is a llama-bench, or a program that takes its flags and writes its JSON; with npm:, the llama.cpp of npm's node-llama-cpp,
// FOLDER being where `npm install node-llama-cpp` was typed. Build both sides first. On Linux a sample during
// which other programs used more than --others percent of the machine is thrown away and taken again, for --patience minutes
// in all; after that the least disturbed one counts, and the report says how far it was disturbed.
#:property PublishAot=false
#:include measuring/*.cs
using System.Globalization;
using System.Text.Json;
using LlamaInterop.Measuring;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var peers = new List<Contender>();
string model = "", threads = "2", prompt = "512", generated = "64", peerArguments = "-fa 1";
int rounds = 5;
double others = 5, patience = 10;
for (int i = 0; i < args.Length; i += 2)
{
    string value = i + 1 < args.Length ? args[i + 1] : Failure.Exit($"{args[i]} needs a value");
    switch (args[i])
    {
        case "-m": model = Path.GetFullPath(value); break;
        case "-t": threads = value; break;
        case "-p": prompt = value; break;
        case "-n": generated = value; break;
        case "--rounds": rounds = int.Parse(value); break;
        case "--others": others = double.Parse(value); break;
        case "--patience": patience = double.Parse(value); break;
        case "--peer-args": peerArguments = value; break;
        case "--peer" when value.Split('=', 2) is [string name, string path]: peers.Add(PeerOf(name, path)); break;
        default: Failure.Exit($"unknown flag or value: {args[i]} {value}"); break;
    }
}
if (model == "" || peers.Count == 0)
    Failure.Exit("-m FILE and at least one --peer NAME=PATH are needed");

string[] shared = ["-m", model, "-t", threads, "-r", "1", "-o", "json"];
string cli = Checkout.Program + ".dll";
Contender[] contenders =
[
    new("LlamaInterop", "dotnet", [cli, "bench", .. shared]),
    .. peers.Select(peer => peer with { Arguments = [.. peer.Arguments, .. shared, .. peerArguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)] }),
];
(string Name, string[] Flags)[] tests = [("pp" + prompt, ["-p", prompt, "-n", "0"]), ("tg" + generated, ["-p", "0", "-n", generated])];
tests = [.. tests.Where(test => test.Name is not ("pp0" or "tg0"))];

var quiet = new QuietMoments(others / 100, TimeSpan.FromMinutes(patience));
var samples = new Dictionary<(string Test, string Contender), Sample[]>();
for (int round = 0; round < rounds; round++)
{
    foreach ((string test, string[] flags) in tests)
    {
        foreach (Contender contender in round % 2 == 0 ? contenders : contenders.Reverse())
        {
            Sample sample = Measure(contender, flags);
            if (!samples.TryGetValue((test, contender.Name), out Sample[]? list))
                samples[(test, contender.Name)] = list = new Sample[rounds];
            list[round] = sample;
            Console.Error.WriteLine($"round {round + 1} {test} {contender.Name}: {sample.Rate:F2}, others {sample.Others:P1}");
        }
    }
}
Report();

void Report()
{
    Console.WriteLine($"{Path.GetFileName(model)}, {threads} threads, {rounds} rounds; tokens a second: median (lowest to highest)\n");
    Console.WriteLine($"| test | {string.Join(" | ", contenders.Select(c => c.Name))} | {string.Join(" | ", peers.Select(p => $"ratio to {p.Name}"))} | others' share of the machine, most |");
    Console.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", contenders.Length + peers.Count + 1))}");
    foreach ((string test, _) in tests)
    {
        Sample[] ours = samples[(test, contenders[0].Name)];
        var rates = contenders.Select(c => Spread.Of(samples[(test, c.Name)].Select((Sample s) => s.Rate)));
        var ratios = peers.Select(p => Spread.Of(ours.Zip(samples[(test, p.Name)], (Sample mine, Sample theirs) => mine.Rate / theirs.Rate)));
        double disturbed = contenders.Max(c => samples[(test, c.Name)].Max(s => s.Others));
        Console.WriteLine($"| {test} | {string.Join(" | ", rates.Concat(ratios))} | {disturbed:P1} |");
    }
}

static Contender PeerOf(string name, string path) => path.StartsWith("npm:", StringComparison.Ordinal)
    ? new(name, "node", [Path.Combine(Checkout.Bench, "node-peer.mjs"), Path.GetFullPath(path["npm:".Length..])])
    : new(name, path, []);

Sample Measure(Contender contender, string[] flags)
{
    Outcome outcome = quiet.Run(() => Child.Run(contender.Path, [.. contender.Arguments, .. flags]));
    if (outcome.ExitCode != 0)
        Failure.Exit($"{contender.Name} ended with {outcome.ExitCode}: {outcome.Errors}");
    using var json = JsonDocument.Parse(outcome.Output);
    return new Sample(json.RootElement[0].GetProperty("avg_ts").GetDouble(), outcome.Others);
}

internal sealed record Contender(string Name, string Path, string[] Arguments);

internal readonly record struct Sample(double Rate, double Others);
