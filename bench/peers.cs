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
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string root = Path.GetFullPath(Path.Combine(ScriptFolder(), ".."));
var peers = new List<Contender>();
string model = "", threads = "2", prompt = "512", generated = "64", peerArguments = "-fa 1";
int rounds = 5;
double others = 5, patience = 10;
for (int i = 0; i < args.Length; i += 2)
{
    string value = i + 1 < args.Length ? args[i + 1] : Fail($"{args[i]} needs a value");
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
        default: Fail($"unknown flag or value: {args[i]} {value}"); break;
    }
}
if (model == "" || peers.Count == 0)
    Fail("-m FILE and at least one --peer NAME=PATH are needed");

string[] shared = ["-m", model, "-t", threads, "-r", "1", "-o", "json"];
string cli = Path.Combine(root, "src", "LlamaInterop.Cli", "bin", "Release", "net10.0", "llama-interop.dll");
Contender[] contenders =
[
    new("LlamaInterop", "dotnet", [cli, "bench", .. shared]),
    .. peers.Select(peer => peer with { Arguments = [.. peer.Arguments, .. shared, .. peerArguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)] }),
];
(string Name, string[] Flags)[] tests = [("pp" + prompt, ["-p", prompt, "-n", "0"]), ("tg" + generated, ["-p", "0", "-n", generated])];
tests = [.. tests.Where(test => test.Name is not ("pp0" or "tg0"))];

var clock = Stopwatch.StartNew();
var samples = new Dictionary<(string Test, string Contender), Sample[]>();
for (int round = 0; round < rounds; round++)
{
    foreach ((string test, string[] flags) in tests)
    {
        foreach (Contender contender in round % 2 == 0 ? contenders : contenders.Reverse())
        {
            Sample sample = MeasureUndisturbed(contender, flags);
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
        var rates = contenders.Select(c => Spread(samples[(test, c.Name)].Select((Sample s) => s.Rate)));
        var ratios = peers.Select(p => Spread(ours.Zip(samples[(test, p.Name)], (Sample mine, Sample theirs) => mine.Rate / theirs.Rate)));
        double disturbed = contenders.Max(c => samples[(test, c.Name)].Max(s => s.Others));
        Console.WriteLine($"| {test} | {string.Join(" | ", rates.Concat(ratios))} | {disturbed:P1} |");
    }
}

static Contender PeerOf(string name, string path) => path.StartsWith("npm:", StringComparison.Ordinal)
    ? new(name, "node", [Path.Combine(ScriptFolder(), "node-peer.mjs"), Path.GetFullPath(path["npm:".Length..])])
    : new(name, path, []);

Sample MeasureUndisturbed(Contender contender, string[] flags)
{
    Sample? best = null;
    do
    {
        WaitUntilQuiet();
        Sample again = Measure(contender, flags);
        best = best is null || again.Others < best.Value.Others ? again : best;
    }
    while (best.Value.Others * 100 > others && clock.Elapsed.TotalMinutes < patience);
    return best.Value;
}

void WaitUntilQuiet()
{
    double busy;
    do
    {
        (double Busy, double All, double Children) before = ProcessorSeconds();
        Thread.Sleep(1000);
        (double Busy, double All, double Children) after = ProcessorSeconds();
        busy = after.All > before.All ? (after.Busy - before.Busy) / (after.All - before.All) : 0;
    }
    while (busy * 100 > others && clock.Elapsed.TotalMinutes < patience);
}

static Sample Measure(Contender contender, string[] flags)
{
    var start = new ProcessStartInfo(contender.Path, [.. contender.Arguments, .. flags]) { RedirectStandardOutput = true, RedirectStandardError = true };
    (double Busy, double All, double Children) before = ProcessorSeconds();
    using Process process = Process.Start(start)!;
    Task<string> errors = process.StandardError.ReadToEndAsync();
    string output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    if (process.ExitCode != 0)
        Fail($"{contender.Name} ended with {process.ExitCode}: {errors.Result}");
    (double Busy, double All, double Children) after = ProcessorSeconds();
    double byOthers = after.Busy - before.Busy - (after.Children - before.Children);
    double share = after.All > before.All ? Math.Max(0, byOthers / (after.All - before.All)) : 0;
    using var json = JsonDocument.Parse(output);
    return new Sample(json.RootElement[0].GetProperty("avg_ts").GetDouble(), share);
}

// Seconds that all processors were busy, that passed on all of them, and that children of this process computed, since each
// started; zeros where there is no /proc.
static (double Busy, double All, double Children) ProcessorSeconds()
{
    const double TicksPerSecond = 100;
    const int Idle = 3, WaitingForDisk = 4, ChildrenUser = 13, ChildrenSystem = 14; // the latter two counted after the name
    if (!File.Exists("/proc/stat"))
        return default;
    double[] all = [.. Fields(File.ReadLines("/proc/stat").First()).Skip(1).Take(8).Select(double.Parse)];
    string[] self = Fields(File.ReadAllText("/proc/self/stat").Split(") ")[^1]);
    double children = double.Parse(self[ChildrenUser]) + double.Parse(self[ChildrenSystem]);
    return ((all.Sum() - all[Idle] - all[WaitingForDisk]) / TicksPerSecond, all.Sum() / TicksPerSecond, children / TicksPerSecond);
}

static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

static string Spread(IEnumerable<double> values)
{
    double[] sorted = [.. values.Order()];
    double median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    return $"{median:F2} ({sorted[0]:F2} to {sorted[^1]:F2})";
}

static string Fail(string reason)
{
    Console.Error.WriteLine($"error: {reason}");
    Environment.Exit(2);
    return "";
}

static string ScriptFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

internal sealed record Contender(string Name, string Path, string[] Arguments);

internal readonly record struct Sample(double Rate, double Others);
