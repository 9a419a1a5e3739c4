// Measures this engine and others on the same file, interleaved: each round runs every program once, in an order that turns
// around from round to round, so that a busy moment of the machine hits all alike. Ratios are taken within a round.
//
//   dotnet run bench/peers.cs -- -m FILE --peer llama.cpp=PATH/TO/llama-bench [--peer NAME=PATH ...]
//       [-t 2] [-p 512] [-n 64] [--rounds 5] [--peer-args "-fa 1"]
//
// A peer is a llama-bench, or a program that takes its flags and writes its JSON. Build both sides first.
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
        case "--peer-args": peerArguments = value; break;
        case "--peer" when value.Split('=', 2) is [string name, string path]: peers.Add(new(name, path, [])); break;
        default: Fail($"unknown flag or value: {args[i]} {value}"); break;
    }
}
if (model == "" || peers.Count == 0)
    Fail("-m FILE and at least one --peer NAME=PATH are needed");

string[] shared = ["-m", model, "-t", threads, "-p", prompt, "-n", generated, "-r", "1", "-o", "json"];
string cli = Path.Combine(root, "src", "LlamaInterop.Cli", "bin", "Release", "net10.0", "llama-interop.dll");
Contender[] programs =
[
    new("LlamaInterop", "dotnet", [cli, "bench", .. shared]),
    .. peers.Select(peer => peer with { Arguments = [.. shared, .. peerArguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)] }),
];

var rates = new Dictionary<(string Test, string Contender), double[]>();
for (int round = 0; round < rounds; round++)
{
    string load = File.Exists("/proc/loadavg") ? ", load " + File.ReadAllText("/proc/loadavg").Split(' ')[0] : "";
    Console.Error.Write($"round {round + 1} of {rounds}{load}:");
    foreach (Contender program in round % 2 == 0 ? programs : programs.Reverse())
    {
        foreach ((string test, double rate) in Measure(program))
        {
            if (!rates.TryGetValue((test, program.Name), out double[]? samples))
                rates[(test, program.Name)] = samples = new double[rounds];
            samples[round] = rate;
            Console.Error.Write($" {program.Name} {test} {rate:F2};");
        }
    }
    Console.Error.WriteLine();
}
Report();

void Report()
{
    Console.WriteLine($"{Path.GetFileName(model)}, {threads} threads, {rounds} rounds; tokens a second: median (lowest to highest)\n");
    Console.WriteLine($"| test | {string.Join(" | ", programs.Select(p => p.Name))} | {string.Join(" | ", peers.Select(p => $"ratio to {p.Name}"))} |");
    Console.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", programs.Length + peers.Count))}");
    foreach (string test in rates.Keys.Select(key => key.Test).Distinct())
    {
        double[] ours = rates[(test, programs[0].Name)];
        var cells = programs.Select(p => Spread(rates[(test, p.Name)]))
            .Concat(peers.Select(p => Spread([.. ours.Zip(rates[(test, p.Name)], (mine, theirs) => mine / theirs)])));
        Console.WriteLine($"| {test} | {string.Join(" | ", cells)} |");
    }
}

static string Spread(double[] samples)
{
    double[] sorted = [.. samples.Order()];
    double median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    return $"{median:F2} ({sorted[0]:F2} to {sorted[^1]:F2})";
}

static IEnumerable<(string Test, double Rate)> Measure(Contender program)
{
    var start = new ProcessStartInfo(program.Path, program.Arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
    using Process process = Process.Start(start)!;
    Task<string> errors = process.StandardError.ReadToEndAsync();
    string output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    if (process.ExitCode != 0)
        Fail($"{program.Name} ended with {process.ExitCode}: {errors.Result}");
    using var json = JsonDocument.Parse(output);
    JsonElement tests = json.RootElement.ValueKind == JsonValueKind.Array
        ? json.RootElement
        : json.RootElement.GetProperty("runs")[0].GetProperty("tests");
    return
    [
        .. from test in tests.EnumerateArray()
           let prompt = test.GetProperty("n_prompt").GetInt32()
           select (prompt > 0 ? $"pp{prompt}" : $"tg{test.GetProperty("n_gen").GetInt32()}", test.GetProperty("avg_ts").GetDouble()),
    ];
}

static string Fail(string reason)
{
    Console.Error.WriteLine($"error: {reason}");
    Environment.Exit(2);
    return "";
}

static string ScriptFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

internal sealed record Contender(string Name, string Path, string[] Arguments);
