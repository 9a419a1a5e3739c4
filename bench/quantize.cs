#!/usr/bin/env dotnet
// Measures quantize against llama-quantize on the same file, interleaved: each round runs both for every type, in an order that
// turns around from round to round. Ratios are taken within a round; above 1 this engine is faster.
//
//   dotnet run bench/quantize.cs -- -m F16.gguf --peer PATH/TO/llama-quantize [-t 2] [--rounds 3] [--types q8_0,q4_k_m]
//       [--imatrix FILE]
//
// Besides the time on the clock it gives the processor seconds of both, which other programs on the machine disturb less. Both write
// beside the input, to a file that is not there yet; the files are compared and removed. Types that need an importance matrix need --imatrix.
#:property PublishAot=false
#:include measuring/*.cs
using System.Globalization;
using LlamaInterop.Measuring;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string model = "", peer = "", imatrix = "";
string[] types = ["f16", "q8_0", "q4_0", "q4_1", "q5_0", "q5_1", "q2_k", "q3_k_m", "q4_k_m", "q5_k_m", "q6_k", "iq4_nl", "iq4_xs", "tq1_0", "tq2_0"];
int threads = 2, rounds = 3;
for (int i = 0; i < args.Length; i += 2)
{
    string value = i + 1 < args.Length ? args[i + 1] : Failure.Exit($"{args[i]} needs a value");
    switch (args[i])
    {
        case "-m": model = Path.GetFullPath(value); break;
        case "--peer": peer = Path.GetFullPath(value); break;
        case "--imatrix": imatrix = Path.GetFullPath(value); break;
        case "--types": types = value.Split(','); break;
        case "-t": threads = int.Parse(value); break;
        case "--rounds": rounds = int.Parse(value); break;
        default: Failure.Exit($"unknown flag: {args[i]}"); break;
    }
}
if (model == "" || peer == "")
    Failure.Exit("-m FILE and --peer LLAMA-QUANTIZE are needed");

string cli = Checkout.Program + ".dll";
string[] flags = imatrix == "" ? ["--allow-requantize"] : ["--allow-requantize", "--imatrix", imatrix];
string mine = model + ".mine", theirs = model + ".theirs";
Console.WriteLine($"{Path.GetFileName(model)}, {threads} threads, {rounds} rounds, {Machine.Processor}; seconds: median (lowest to highest)\n");
Console.WriteLine("| type | LlamaInterop | llama-quantize | ratio | CPU s | CPU s, theirs | CPU ratio | bytes |");
Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---|");
foreach (string type in types)
    Compare(type);
return 0;

void Compare(string type)
{
    var ours = new Outcome[rounds];
    var others = new Outcome[rounds];
    for (int round = 0; round < rounds; round++)
    {
        foreach (bool isOurs in round % 2 == 0 ? [true, false] : new[] { false, true })
        {
            File.Delete(isOurs ? mine : theirs);
            if (isOurs)
                ours[round] = Measure("dotnet", [cli, "quantize", .. flags, model, mine, type, $"{threads}"]);
            else
                others[round] = Measure(peer, [.. flags, model, theirs, type, $"{threads}"]);
        }
    }
    string bytes = AreEqual(mine, theirs) ? "equal" : "differ";
    File.Delete(mine);
    File.Delete(theirs);
    var clock = ours.Zip(others, (a, b) => b.Seconds / a.Seconds);
    var processor = ours.Zip(others, (a, b) => b.ProcessorSeconds / a.ProcessorSeconds);
    Console.WriteLine($"| {type} | {Spread.Of(ours.Select(s => s.Seconds))} | {Spread.Of(others.Select(s => s.Seconds))} | {Spread.Of(clock)} "
        + $"| {Spread.Of(ours.Select(s => s.ProcessorSeconds))} | {Spread.Of(others.Select(s => s.ProcessorSeconds))} | {Spread.Of(processor)} | {bytes} |");
}

static Outcome Measure(string program, string[] arguments)
{
    Outcome outcome = Child.Run(program, arguments);
    if (outcome.ExitCode != 0)
        Failure.Exit($"{program} ended with {outcome.ExitCode}: {outcome.Errors}");
    return outcome;
}

static bool AreEqual(string first, string second)
{
    using FileStream a = File.OpenRead(first), b = File.OpenRead(second);
    byte[] left = new byte[1 << 20], right = new byte[1 << 20];
    for (int read = -1; read != 0;)
    {
        read = a.ReadAtLeast(left, left.Length, throwOnEndOfStream: false);
        if (b.ReadAtLeast(right, right.Length, throwOnEndOfStream: false) != read || !left.AsSpan(0, read).SequenceEqual(right.AsSpan(0, read)))
            return false;
    }
    return true;
}
