#!/usr/bin/env dotnet
// Measures this engine, llama.cpp and ik_llama.cpp on the same files and renders the tables.
//
//   dotnet run bench/tables.cs -- MODE ... --llama BIN --ik BIN [-t 2] [--rounds N] [--only SHAPE:TYPE,...] [--others 10] [--patience 5]
//       [--cache TYPE,...] [--no-plain] [--ours PROGRAM] [--models FOLDER] [--keep] [--records FILE] [--list]
//   dotnet run bench/tables.cs -- peaks [--records FILE]
//   dotnet run bench/tables.cs -- --report OUT [--commit OURS] [--records FILE]
//
// MODE is table, depth, batches, moe, load, memory, startup, self, or all. BIN is the folder of a build's programs: llama-bench,
// llama-batched-bench and llama-completion of llama.cpp; llama-bench, llama-batched-bench, llama-sweep-bench and llama-cli of ik's.
//
// Each round runs every engine once, in an order that turns around from round to round; this one runs as it is and with
// --activations plain (not with --no-plain), ik's plain and with -rtr. A sample during which other
// programs used more than --others percent of the machine is taken again, for --patience minutes; then the least disturbed counts, and the
// report says how far it was disturbed. Every sample is at once a line of the records, and is not measured again: a cut run goes on
// where it was. Its key is the test, the engine's commit, this engine's commit (the last one that changed native, src or cmake) and the
// processor. `peaks` compiles and runs probes/peaks.c: what the processor can multiply and read at most. In `table` one of its loops, that of
// the weights' type, runs for a second after each sample of this engine: the peak that the sample is held against. `--report OUT` writes
// OUT.md, OUT.html and OUT-roofline.svg from the records.
#:property PublishAot=false
#:include measuring/*.cs
#:include tables/*.cs
using LlamaInterop.Measuring;
using LlamaInterop.Tables;

string program = Checkout.Program;
string recordsFile = Path.Combine(Checkout.Bench, "results", "tables.jsonl"), models = Path.Combine(Path.GetTempPath(), "llama-interop-models");
string realModel = Path.Combine(Checkout.Root, "..", "shared", "models", "smollm2", "smollm2-135m-instruct-q4_1.gguf");
string llama = "", ik = "", report = "", commit = "";
string[] only = [], caches = [];
var modes = new List<string>();
int threads = 2, rounds = 0;
double others = 0.1;
TimeSpan patience = TimeSpan.FromMinutes(5);
bool keeps = false, lists = false, probes = false, hasPlain = true;
return Script.Run(args, Read, Work);

bool Read(string word, CommandLine line)
{
    switch (word)
    {
        case "--llama": llama = line.ExistingFolder(); return true;
        case "--ik": ik = line.ExistingFolder(); return true;
        case "--ours": program = line.FullPath(); return true;
        case "--models": models = line.FullPath(); return true;
        case "--records": recordsFile = line.WritableFile(); return true;
        case "--report": report = line.WritableFile(); return true;
        case "--commit": commit = line.Value(); return true;
        case "--only": only = line.Names(); return true;
        case "--cache": caches = line.Names(known: Case.Caches); return true;
        case "--no-plain": hasPlain = false; return true;
        case "-t": threads = line.Whole(least: 1); return true;
        case "--rounds": rounds = line.Whole(least: 1); return true;
        case "--others": others = line.Share(); return true;
        case "--patience": patience = line.Minutes(); return true;
        case "--keep": keeps = true; return true;
        case "--list": lists = true; return true;
        case "peaks": probes = true; return true;
        case "all": modes.AddRange(Case.Modes); return true;
        default: modes.Add(word); return Case.Modes.Contains(word);
    }
}

void Work()
{
    bool isAlone = modes.Count == 0 && !probes && report == "";
    if (isAlone && !lists)
        throw new Failure($"a mode is needed: {string.Join(", ", Case.Modes)}, all or peaks");
    var records = new Records(recordsFile);
    using var probe = new PeakProbe(Path.Combine(Checkout.Bench, "probes"));
    string[] wanted = [.. isAlone ? Case.Modes : modes.Distinct()];
    Case[] cases = [.. wanted.SelectMany(mode => Case.Of(mode, only)).Where(one => caches.Length == 0 || caches.Contains(one.Cache))];
    Runner? runner = wanted.Length > 0 ? RunnerOf(cases, records, probe) : null;
    if (probes)
        MeasurePeaks(records, probe);
    if (report != "")
        WriteReport(records);
    if (runner is not null)
        RunOrList(runner, cases);
}

// A runner that has all it needs.
Runner RunnerOf(Case[] cases, Records records, PeakProbe probe)
{
    if (cases.Length == 0)
        throw new Failure($"these modes measure nothing with a cache in {string.Join(" or ", caches)}");
    Engine[] engines = [.. Engines()];
    var runner = new Runner(engines, records, probe, new RunnerSettings(threads, rounds, others, patience, models, realModel, keeps));
    foreach (Case one in cases)
        runner.Require(one);
    return runner;
}

IEnumerable<Engine> Engines()
{
    string found = new[] { program, program + ".dll" }.FirstOrDefault(File.Exists) ?? throw new Failure($"{program} is missing; type: ./build.sh");
    var ours = new Engine(Engine.OurName, EngineKind.Ours, found);
    yield return ours;
    if (hasPlain)
        yield return ours with { Name = Engine.OurPlainName, Extra = ["--activations", "plain"] };
    if (llama != "")
        yield return new Engine("llama.cpp", EngineKind.LlamaCpp, llama);
    if (ik != "")
    {
        yield return new Engine("ik", EngineKind.Ik, ik);
        yield return new Engine("ik -rtr", EngineKind.Ik, ik, "-rtr", "1");
    }
}

void RunOrList(Runner runner, Case[] cases)
{
    if (!lists)
        Directory.CreateDirectory(models);
    foreach (Case one in cases)
    {
        if (lists)
            Console.WriteLine($"{one}: {runner.Missing(one).Count()} runs to do");
        else
            runner.Run(one);
    }
}

void MeasurePeaks(Records records, PeakProbe probe)
{
    if (lists)
    {
        bool isThere = records.Peaks.Any(peak => (peak.Cpu, peak.Threads) == (Machine.Processor, threads));
        Console.WriteLine($"peaks: {(isThere ? 0 : 1)} runs to do");
        return;
    }
    foreach (Peak peak in probe.MeasureAll(threads))
    {
        records.Add(peak);
        Console.Error.WriteLine($"{peak.Name}, {peak.Threads} threads: {peak.Value:F1} {peak.Unit}");
    }
}

void WriteReport(Records records)
{
    string wanted = commit != "" ? commit : records.Samples.Count > 0 ? records.Samples[^1].Against : "";
    Sample last = records.Samples.LastOrDefault(sample => sample.Against == wanted)
        ?? throw new Failure($"{recordsFile} has no measurement{(wanted == "" ? "" : $" beside commit {wanted}")}");
    var tables = new Report(records, wanted, last.Cpu);
    string roofline = Drawing.Roofline(tables.RooflineRows, tables.Peaks, last.Threads);
    File.WriteAllText(report + ".md", tables.Markdown);
    File.WriteAllText(report + ".html", Page.Of(tables, roofline));
    File.WriteAllText(report + "-roofline.svg", roofline);
}
