using System.Text.RegularExpressions;
using LlamaInterop.Measuring;

namespace LlamaInterop.Tables;

/// <summary>How a runner measures.</summary>
/// <param name="Threads">Of every engine.</param>
/// <param name="Rounds">In place of a case's own; 0 for that.</param>
/// <param name="Others">What others may use of the machine, from 0 to 1.</param>
/// <param name="Patience">How long a sample waits for that, and is repeated.</param>
/// <param name="Models">Folder of synthetic models.</param>
/// <param name="RealModel">File of <see cref="Case.RealModel"/>.</param>
/// <param name="KeepsModels">Whether the files of synthetic models stay.</param>
internal sealed record RunnerSettings(int Threads, int Rounds, double Others, TimeSpan Patience, string Models, string RealModel, bool KeepsModels);

/// <summary>
/// Runs cases: in each round every engine once, in an order that turns around from round to round. What the records have is not
/// measured again, so a runner that was cut goes on where it was.
/// </summary>
internal sealed partial class Runner(IReadOnlyList<Engine> engines, Records records, PeakProbe probe, RunnerSettings settings)
{
    private readonly Engine _ours = engines.First(engine => engine.Kind == EngineKind.Ours);
    private readonly HashSet<(Case, Engine)> _failed = [];

    public void Run(Case one)
    {
        if (Missing(one).Any())
        {
            using ModelFile? file = one.Mode == "startup" ? null : ModelFile.Of(one.Model, _ours, settings.Models, settings.RealModel, settings.KeepsModels);
            foreach ((Engine engine, int round) in Missing(one).ToList())
            {
                if (_failed.Contains((one, engine)))
                    continue;
                Describe(engine, file);
                if (one.Mode == "startup")
                    MeasureStart(one, engine, round);
                else
                    Measure(one, engine, round, file!);
            }
        }
    }

    /// <summary>Fails where a program that a case needs is missing.</summary>
    public void Require(Case one)
    {
        foreach (Engine engine in ContendersOf(one))
            Child.Require(Commands.Of(engine, one, "", settings.Threads).Program);
        if (HasPeak(one, _ours))
            PeakProbe.Require();
    }

    /// <summary>Runs that the records lack, in their order.</summary>
    public IEnumerable<(Engine Engine, int Round)> Missing(Case one)
    {
        Engine[] contenders = ContendersOf(one);
        return from round in Enumerable.Range(0, settings.Rounds > 0 ? settings.Rounds : one.Rounds)
               from engine in round % 2 == 0 ? contenders : contenders.Reverse()
               where !records.Samples.Any(sample => IsOf(sample, one, engine, round))
               select (engine, round);
    }

    private Engine[] ContendersOf(Case one) => one.Mode switch
    {
        "self" => [_ours, _ours with { Name = $"{_ours.Name} again" }],
        "startup" => [_ours],
        "load" or "memory" or "batches" => [.. engines.Where(engine => engine.Name != Engine.OurPlainName)],
        _ => [.. engines],
    };

    private bool IsOf(Sample sample, Case one, Engine engine, int round) =>
        (sample.Mode, sample.Model, sample.Cache, sample.Round) == (one.Mode, one.Model, one.Cache, round)
        && (sample.Engine, sample.Commit, sample.Against) == (engine.Name, engine.Commit, _ours.Commit)
        && (sample.Cpu, sample.Threads) == (Machine.Processor, settings.Threads);

    private void Measure(Case one, Engine engine, int round, ModelFile file)
    {
        (string program, string[] arguments) = Commands.Of(engine, one, file.Path, settings.Threads);
        var quiet = new QuietMoments(settings.Others, settings.Patience);
        if (one.Mode == "load")
            file.Warm();
        (Outcome outcome, double peak) = quiet.Run<(Outcome Outcome, double Peak)>(
            () =>
            {
                Outcome sample = Child.Run(program, arguments, watchesMemory: one.Mode == "memory");
                if (sample.ExitCode != 0 || !HasPeak(one, engine))
                    return (sample, 0);
                (double peak, double others) = probe.Measure(one.Model, settings.Threads);
                return (sample with { Others = Math.Max(sample.Others, others) }, peak);
            },
            sample => sample.Outcome);
        IReadOnlyList<Reading> readings = outcome.ExitCode == 0 ? Readings.Of(engine, one, outcome, file.Bytes) : [];
        if (readings.Count == 0)
        {
            string reason = outcome.ExitCode == 0 ? "it gave no figures" : $"it ended with {outcome.ExitCode}: {outcome.Reason}";
            if (engine.Kind == EngineKind.Ours)
                throw new Failure($"{one}: {engine.Name}: {reason}");
            _failed.Add((one, engine));
            Console.Error.WriteLine($"{one}: {engine.Name} is left out: {reason}");
            return;
        }
        foreach (Reading reading in readings)
            Record(one, engine, round, reading, outcome.Others, program, arguments, reading.Test.StartsWith("pp") ? peak : 0);
    }

    /// <summary>Whether the processor's peak is measured after each sample.</summary>
    private static bool HasPeak(Case one, Engine engine) => one.Mode == "table" && engine.Kind == EngineKind.Ours;

    private void MeasureStart(Case one, Engine engine, int round)
    {
        foreach (string verb in (string[])["--help", "devices"])
        {
            (string program, string[] arguments) = engine.Call(verb);
            var quiet = new QuietMoments(settings.Others, settings.Patience);
            Outcome outcome = quiet.Run(() => Child.Run(program, arguments)).Expect($"{engine.Name} {verb}");
            Record(one, engine, round, new Reading(verb, outcome.Seconds * 1000, "ms"), outcome.Others, engine.Folder, [verb]);
        }
    }

    private void Record(Case one, Engine engine, int round, Reading reading, double others, string program, string[] arguments, double peak = 0)
    {
        string command = string.Join(' ', arguments.Prepend(program).Select(word => word.StartsWith('/') ? Path.GetFileName(word) : word));
        records.Add(new Sample(
            one.Mode, one.Model, one.Cache, reading.Test, engine.Name, engine.Commit, _ours.Commit, Machine.Processor, settings.Threads, round,
            Math.Round(reading.Value, 4), reading.Unit, Math.Round(others, 4), command, $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'}",
            reading.MemoryBytesPerSecond, reading.BytesPerToken, reading.MultiplyAddsPerToken,
            reading.AttentionMultiplyAddsPerToken, peak));
        Console.Error.WriteLine($"{one} round {round + 1}: {engine.Name} {reading.Test}: {reading.Value:F2} {reading.Unit}, others {others:P1}");
    }

    /// <summary>Records once what an engine is; a run that writes one token says which instruction sets it uses.</summary>
    private void Describe(Engine engine, ModelFile? file)
    {
        if (file is null || records.Engines.Any(row => (row.Engine, row.Commit, row.Against, row.Cpu) == (engine.Name, engine.Commit, _ours.Commit, Machine.Processor)))
            return;
        (string program, string[] arguments) = Commands.Of(engine, new Case("load", ""), file.Path, settings.Threads);
        Outcome outcome = Child.Run(program, arguments);
        if (outcome.ExitCode != 0)
        {
            Console.Error.WriteLine($"{engine.Name} could not say what it is: {program} ended with {outcome.ExitCode}");
            return;
        }
        Match isa = engine.Kind == EngineKind.Ours ? OurKernels().Match(outcome.Errors) : SystemInfo().Match(outcome.Errors + outcome.Output);
        string said = isa.Success ? isa.Groups[1].Value.Trim() : "it does not say";
        records.Add(new EngineRow(engine.Name, engine.Commit, _ours.Commit, Machine.Processor, engine.BuildFlags, said, engine.Repack));
    }

    [GeneratedRegex(@"^device: ([^;(]*)", RegexOptions.Multiline)]
    private static partial Regex OurKernels();

    /// <summary>What is 0 in it is not used.</summary>
    [GeneratedRegex(@"system_info:.*?\|(.*)$", RegexOptions.Multiline)]
    private static partial Regex SystemInfo();
}
