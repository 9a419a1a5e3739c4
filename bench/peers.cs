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
using LlamaInterop.Measuring;

const string OurName = "LlamaInterop", NodePackage = "node-llama-cpp";
var peers = new List<Contender>();
string model = "", peerArguments = "-fa 1";
int threads = 2, prompt = 512, generated = 64, rounds = 5;
double others = 0.05;
TimeSpan patience = TimeSpan.FromMinutes(10);
return Script.Run(args, Read, Compare);

bool Read(string flag, CommandLine line)
{
    switch (flag)
    {
        case "-m": model = line.ExistingFile(); return true;
        case "-t": threads = line.Whole(least: 1); return true;
        case "-p": prompt = line.Whole(least: 0); return true;
        case "-n": generated = line.Whole(least: 0); return true;
        case "--rounds": rounds = line.Whole(least: 1); return true;
        case "--others": others = line.Share(); return true;
        case "--patience": patience = line.Minutes(); return true;
        case "--peer-args": peerArguments = line.Value(); return true;
        case "--peer": peers.Add(PeerOf(line.Value())); return true;
        default: return false;
    }
}

void Compare()
{
    if (model == "" || peers.Count == 0)
        throw new Failure("-m FILE and at least one --peer NAME=PATH are needed");
    string[] shared = ["-m", model, "-t", $"{threads}", "-r", "1", "-o", "json"];
    Contender[] contenders =
    [
        new(OurName, "dotnet", [Checkout.Library, "bench", .. shared]),
        .. peers.Select(peer => peer with { Arguments = [.. peer.Arguments, .. shared, .. peerArguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)] }),
    ];
    if (contenders.CountBy(contender => contender.Name).FirstOrDefault(name => name.Value > 1).Key is { } twice)
        throw new Failure($"two engines have the name {twice}");
    Test[] tests = [.. TestsOf(prompt, generated)];
    if (tests.Length == 0)
        throw new Failure("-p and -n are both 0: there is nothing to measure");
    Report(contenders, tests, Measure(contenders, tests));
}

Dictionary<(Test, Contender), List<Sample>> Measure(Contender[] contenders, Test[] tests)
{
    var quiet = new QuietMoments(others, patience);
    var samples = contenders.SelectMany(contender => tests.Select(test => (test, contender))).ToDictionary(pair => pair, _ => new List<Sample>());
    for (int round = 0; round < rounds; round++)
    {
        foreach (Test test in tests)
        {
            foreach (Contender contender in round % 2 == 0 ? contenders : contenders.Reverse())
            {
                Sample sample = contender.Measure(test, quiet);
                samples[(test, contender)].Add(sample);
                Console.Error.WriteLine($"round {round + 1} {test.Name} {contender.Name}: {sample.Rate:F2}, others {sample.Others:P1}");
            }
        }
    }
    return samples;
}

void Report(Contender[] contenders, Test[] tests, Dictionary<(Test, Contender), List<Sample>> samples)
{
    Contender[] rivals = contenders[1..];
    Console.WriteLine($"{Path.GetFileName(model)}, {threads} threads, {rounds} rounds; tokens a second: median (lowest to highest)\n");
    var columns = contenders.Select(c => c.Name).Concat(rivals.Select(r => $"ratio to {r.Name}"));
    Console.WriteLine($"| test | {string.Join(" | ", columns)} | others' share of the machine, most |");
    Console.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", contenders.Length + rivals.Length + 1))}");
    foreach (Test test in tests)
    {
        List<Sample> ours = samples[(test, contenders[0])];
        var rates = contenders.Select(c => Spread.Of(samples[(test, c)].Select(s => s.Rate)));
        var ratios = rivals.Select(r => Spread.Of(ours.Zip(samples[(test, r)], (mine, theirs) => mine.Rate / theirs.Rate)));
        double disturbed = contenders.Max(c => samples[(test, c)].Max(s => s.Others));
        Console.WriteLine($"| {test.Name} | {string.Join(" | ", rates.Concat(ratios))} | {disturbed:P1} |");
    }
}

static IEnumerable<Test> TestsOf(int prompt, int generated)
{
    if (prompt > 0)
        yield return new($"pp{prompt}", ["-p", $"{prompt}", "-n", "0"]);
    if (generated > 0)
        yield return new($"tg{generated}", ["-p", "0", "-n", $"{generated}"]);
}

static Contender PeerOf(string value)
{
    const string FromNpm = "npm:";
    if (value.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } path])
        throw new Failure($"--peer: '{value}' is not NAME=PATH");
    if (!path.StartsWith(FromNpm, StringComparison.Ordinal))
    {
        Child.Require(path);
        return new(name, path, []);
    }
    string folder = Path.GetFullPath(path[FromNpm.Length..], Environment.CurrentDirectory);
    Child.Require("node");
    return HasPackage(folder)
        ? new(name, "node", [Path.Combine(Checkout.Bench, "node-peer.mjs"), folder])
        : throw new Failure($"there is no {NodePackage} in {folder}; type there: npm install {NodePackage}");
}

// As node searches: in the folder and in all above it.
static bool HasPackage(string folder) =>
    Directory.Exists(Path.Combine(folder, "node_modules", NodePackage)) || (Path.GetDirectoryName(folder) is { } parent && HasPackage(parent));

internal sealed record Test(string Name, string[] Flags);

internal sealed record Contender(string Name, string Path, string[] Arguments)
{
    public Sample Measure(Test test, QuietMoments quiet)
    {
        Outcome outcome = quiet.Run(() => Child.Run(Path, [.. Arguments, .. test.Flags])).Expect(Name);
        return LlamaBench.Tests(outcome.Output) is [var first, ..]
            ? new(LlamaBench.RateOf(first), outcome.Others)
            : throw new Failure($"{Name} wrote no JSON of llama-bench's");
    }
}

internal readonly record struct Sample(double Rate, double Others);
