using LlamaInterop.Measuring;

namespace LlamaInterop.Tables;

/// <summary>The program of the probes, compiled when it is first needed and deleted at the end.</summary>
/// <param name="sources">The folder of its sources.</param>
internal sealed class PeakProbe(string sources) : IDisposable
{
    private const string Compiler = "cc", Seconds = "1";

    private readonly string _program = Path.Combine(Path.GetTempPath(), $"llama-interop-peaks-{Environment.ProcessId}");

    /// <summary>The loops that prefill of a model's type is held against, by how their names begin; of those that there are the first counts.</summary>
    /// <param name="model">"SHAPE:TYPE".</param>
    public static string[] LoopsFor(string model) => model.Split(':')[^1] switch
    {
        "f16" or "f32" => ["fma"],
        "bf16" => ["vdpbf16ps", "fma"],
        _ => ["vpdpbusd", "maddubs"],
    };

    /// <summary>Fails where there is no compiler.</summary>
    public static void Require() => Child.Require(Compiler);

    /// <summary>Every loop and reading, with one thread and with <paramref name="threads"/>: the best of its turns.</summary>
    public IReadOnlyList<Peak> MeasureAll(int threads) => PeaksOf(Run($"{threads}").Expect("the probe"));

    /// <summary>Runs the loop of a model's type for a second.</summary>
    /// <param name="model">"SHAPE:TYPE".</param>
    /// <param name="threads">To run with.</param>
    /// <returns>
    /// Multiply-adds a second, the median of the loop's turns, or 0 where this processor has no loop; what others used of the machine meanwhile, from 0
    /// to 1.
    /// </returns>
    public (double MultiplyAddsPerSecond, double Others) Measure(string model, int threads)
    {
        Outcome outcome = Run([$"{threads}", Seconds, .. LoopsFor(model)]).Expect("the probe");
        return (PeaksOf(outcome).Sum(peak => peak.Value) * 1e9, outcome.Others);
    }

    public void Dispose() => File.Delete(_program);

    private Outcome Run(params string[] arguments)
    {
        if (!File.Exists(_program))
            Child.Run(Compiler, ["-std=c11", "-D_POSIX_C_SOURCE=200809L", "-O2", "-ftree-vectorize", "-pthread", .. Directory.GetFiles(sources, "*.c").Order(), "-o", _program]).Expect(Compiler);
        return Child.Run(_program, arguments);
    }

    private static IReadOnlyList<Peak> PeaksOf(Outcome outcome) =>
    [
        .. from line in outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
           let cells = line.Split(',')
           select new Peak(cells[0], Machine.Processor, int.Parse(cells[1]), double.Parse(cells[2]), cells[3], $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
    ];
}
