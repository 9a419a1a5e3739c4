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
// processor. `peaks` compiles and runs probes/peaks.c: what the processor can multiply and read at most. `--report OUT` writes OUT.md,
// OUT.html and OUT-roofline.svg from the records.
#:property PublishAot=false
#:include measuring/*.cs
#:include tables/*.cs
using System.Globalization;
using LlamaInterop.Measuring;
using LlamaInterop.Tables;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string program = Checkout.Program;
string recordsFile = Path.Combine(Checkout.Bench, "results", "tables.jsonl"), models = Path.Combine(Path.GetTempPath(), "llama-interop-models");
string llama = "", ik = "", report = "", commit = "";
string[] only = [], caches = [];
var modes = new List<string>();
int threads = 2, rounds = 0;
double others = 10, patience = 5;
bool keeps = false, lists = false, probes = false, hasPlain = true;
for (int i = 0; i < args.Length; i++)
{
    string Next() => i + 1 < args.Length ? args[++i] : Failure.Exit($"{args[i]} needs a value");
    switch (args[i])
    {
        case "--llama": llama = Path.GetFullPath(Next()); break;
        case "--ik": ik = Path.GetFullPath(Next()); break;
        case "--ours": program = Path.GetFullPath(Next()); break;
        case "--models": models = Path.GetFullPath(Next()); break;
        case "--records": recordsFile = Path.GetFullPath(Next()); break;
        case "--report": report = Path.GetFullPath(Next()); break;
        case "--commit": commit = Next(); break;
        case "--only": only = Next().Split(','); break;
        case "--cache": caches = Next().Split(','); break;
        case "--no-plain": hasPlain = false; break;
        case "-t": threads = int.Parse(Next()); break;
        case "--rounds": rounds = int.Parse(Next()); break;
        case "--others": others = double.Parse(Next()); break;
        case "--patience": patience = double.Parse(Next()); break;
        case "--keep": keeps = true; break;
        case "--list": lists = true; break;
        case "peaks": probes = true; break;
        case "all": modes.AddRange(Case.Modes); break;
        case string mode when Case.Modes.Contains(mode): modes.Add(mode); break;
        default: Failure.Exit($"unknown mode or flag: {args[i]}"); break;
    }
}

var records = new Records(recordsFile);
var ours = new Engine(Engine.OurName, EngineKind.Ours, File.Exists(program) ? program : program + ".dll");
List<Engine> engines = [ours];
if (hasPlain)
    engines.Add(ours with { Name = Engine.OurPlainName, Extra = ["--activations", "plain"] });
if (llama != "")
    engines.Add(new Engine("llama.cpp", EngineKind.LlamaCpp, llama));
if (ik != "")
    engines.AddRange([new Engine("ik", EngineKind.Ik, ik), new Engine("ik -rtr", EngineKind.Ik, ik, "-rtr", "1")]);
if (probes)
    MeasurePeaks();
if (report != "")
    WriteReport();
Directory.CreateDirectory(models);
string realModel = Path.Combine(Checkout.Root, "..", "shared", "models", "smollm2", "smollm2-135m-instruct-q4_1.gguf");
var runner = new Runner(engines, records, new RunnerSettings(threads, rounds, others / 100, TimeSpan.FromMinutes(patience), models, realModel, keeps));
foreach (Case one in modes.Distinct().SelectMany(mode => Case.Of(mode, only)).Where(one => caches.Length == 0 || caches.Contains(one.Cache)))
{
    if (lists)
        Console.WriteLine($"{one}: {runner.Missing(one).Count()} runs to do");
    else
        runner.Run(one);
}
return 0;

void MeasurePeaks()
{
    foreach (Peak peak in Peaks.Measure(Path.Combine(Checkout.Bench, "probes"), threads))
    {
        records.Add(peak);
        Console.Error.WriteLine($"{peak.Name}, {peak.Threads} threads: {peak.Value:F1} {peak.Unit}");
    }
}

void WriteReport()
{
    string wanted = commit != "" ? commit : records.Samples.Count > 0 ? records.Samples[^1].Against : "";
    if (records.Samples.LastOrDefault(sample => sample.Against == wanted) is not { } last)
    {
        Failure.Exit($"{recordsFile} has no measurement{(wanted == "" ? "" : $" beside commit {wanted}")}");
        return;
    }
    var tables = new Report(records, wanted, last.Cpu);
    string roofline = Drawing.Roofline(tables.RooflineRows, tables.Peaks, last.Threads);
    File.WriteAllText(report + ".md", tables.Markdown);
    File.WriteAllText(report + ".html", Page.Of(tables, roofline));
    File.WriteAllText(report + "-roofline.svg", roofline);
}
