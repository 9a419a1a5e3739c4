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
using LlamaInterop.Measuring;

string model = "", peer = "", imatrix = "";
string[] types = ["f16", "q8_0", "q4_0", "q4_1", "q5_0", "q5_1", "q2_k", "q3_k_m", "q4_k_m", "q5_k_m", "q6_k", "iq4_nl", "iq4_xs", "tq1_0", "tq2_0"];
int threads = 2, rounds = 3;
return Script.Run(args, Read, CompareAll);

bool Read(string flag, CommandLine line)
{
    switch (flag)
    {
        case "-m": model = line.ExistingFile(); return true;
        case "--peer": peer = line.Program(); return true;
        case "--imatrix": imatrix = line.ExistingFile(); return true;
        case "--types": types = line.Names(); return true;
        case "-t": threads = line.Whole(least: 1); return true;
        case "--rounds": rounds = line.Whole(least: 1); return true;
        default: return false;
    }
}

void CompareAll()
{
    if (model == "" || peer == "")
        throw new Failure("-m FILE and --peer LLAMA-QUANTIZE are needed");
    string cli = Checkout.Library;
    Console.WriteLine($"{Path.GetFileName(model)}, {threads} threads, {rounds} rounds, {Machine.Processor}; seconds: median (lowest to highest)\n");
    Console.WriteLine("| type | LlamaInterop | llama-quantize | ratio | CPU s | CPU s, theirs | CPU ratio | bytes |");
    Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---|");
    foreach (string type in types)
        Compare(cli, type);
}

void Compare(string cli, string type)
{
    string[] flags = imatrix == "" ? ["--allow-requantize"] : ["--allow-requantize", "--imatrix", imatrix];
    string mine = model + ".mine", theirs = model + ".theirs";
    var ours = new Outcome[rounds];
    var others = new Outcome[rounds];
    string bytes;
    try
    {
        for (int round = 0; round < rounds; round++)
        {
            foreach (bool isOurs in round % 2 == 0 ? [true, false] : new[] { false, true })
            {
                File.Delete(isOurs ? mine : theirs);
                if (isOurs)
                    ours[round] = Child.Run("dotnet", [cli, "quantize", .. flags, model, mine, type, $"{threads}"]).Expect($"quantize {type}");
                else
                    others[round] = Child.Run(peer, [.. flags, model, theirs, type, $"{threads}"]).Expect($"{peer} {type}");
            }
        }
        bytes = AreEqual(mine, theirs) ? "equal" : "differ";
    }
    finally
    {
        File.Delete(mine);
        File.Delete(theirs);
    }
    var clock = ours.Zip(others, (a, b) => b.Seconds / a.Seconds);
    var processor = ours.Zip(others, (a, b) => b.ProcessorSeconds / a.ProcessorSeconds);
    Console.WriteLine($"| {type} | {Spread.Of(ours.Select(s => s.Seconds))} | {Spread.Of(others.Select(s => s.Seconds))} | {Spread.Of(clock)} "
        + $"| {Spread.Of(ours.Select(s => s.ProcessorSeconds))} | {Spread.Of(others.Select(s => s.ProcessorSeconds))} | {Spread.Of(processor)} | {bytes} |");
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
