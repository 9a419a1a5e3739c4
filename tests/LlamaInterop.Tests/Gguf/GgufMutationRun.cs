using System.Diagnostics;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

/// <summary>What became of a run of mutants.</summary>
/// <param name="Opened">Mutants that loaded.</param>
/// <param name="Refusals">Mutants refused, by the name of the check or of the exception's type.</param>
/// <param name="PastHeader">Mutants that got past magic number, version and counts.</param>
/// <param name="Slowest">The longest that one mutant took.</param>
/// <param name="MostAllocated">The most managed bytes that one mutant allocated.</param>
internal sealed record GgufMutationResult(int Opened, SortedDictionary<string, int> Refusals, int PastHeader, TimeSpan Slowest, long MostAllocated);

/// <summary>Loads mutants one after the other; whatever is neither a load nor a one-line refusal fails the test.</summary>
internal static class GgufMutationRun
{
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(60);

    private static readonly HashSet<GgufCheck> s_headerChecks =
        [GgufCheck.File, GgufCheck.Magic, GgufCheck.Version, GgufCheck.ByteOrder, GgufCheck.TensorCount, GgufCheck.MetadataCount];

    /// <summary>20,000 mutants where LLAMAINTEROP_FULL is 1, else 500.</summary>
    public static int DefaultCount => Environment.GetEnvironmentVariable("LLAMAINTEROP_FULL") == "1" ? 20_000 : 500;

    /// <param name="seed">Names the mutants, together with their numbers.</param>
    /// <param name="count">How many to load, the aimed ones first.</param>
    /// <param name="load">Loads the file at a path: opens it, or goes on to load the model and run a step.</param>
    /// <param name="otherRefusals">Exceptions beside <see cref="GgufException"/> by which <paramref name="load"/> refuses a file.</param>
    public static GgufMutationResult Run(int seed, int count, Action<string> load, params Type[] otherRefusals)
    {
        using var folder = new TemporaryFolder();
        var mutator = new GgufMutator(seed);
        var refusals = new SortedDictionary<string, int>();
        int opened = 0, pastHeader = 0;
        var slowest = TimeSpan.Zero;
        long mostAllocated = 0;
        for (int number = 0; number < count; number++)
        {
            var (path, damage) = mutator.Make(number, folder);
            var (error, elapsed, allocated) = Load(path, load, $"seed {seed}, mutant {number}: {damage}");
            slowest = elapsed > slowest ? elapsed : slowest;
            mostAllocated = Math.Max(mostAllocated, allocated);
            if (error is null)
                opened++;
            else
                Count(refusals, error, otherRefusals, $"seed {seed}, mutant {number}: {damage}");
            pastHeader += error is GgufException { Check: var check } && s_headerChecks.Contains(check) ? 0 : 1;
        }
        return new(opened, refusals, pastHeader, slowest, mostAllocated);
    }

    private static void Count(SortedDictionary<string, int> refusals, Exception error, Type[] otherRefusals, string mutant)
    {
        var refusal = error as GgufException;
        if (refusal is null && !otherRefusals.Contains(error.GetType()))
            Assert.Fail($"{mutant}\n{error}");
        Assert.That(error.Message.Any(char.IsControl), Is.False, $"{mutant}: one line: {error.Message}");
        string name = refusal?.Check.ToString() ?? error.GetType().Name;
        refusals[name] = refusals.GetValueOrDefault(name) + 1;
    }

    /// <summary>Loads on a thread of its own, so that a hang is an error that names the mutant.</summary>
    private static (Exception? Error, TimeSpan Elapsed, long Allocated) Load(string path, Action<string> load, string mutant)
    {
        Exception? error = null;
        long allocated = 0;
        var watch = Stopwatch.StartNew();
        var thread = new Thread(() =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                load(path);
            }
            catch (Exception caught)
            {
                error = caught;
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        })
        { IsBackground = true };
        thread.Start();
        if (!thread.Join(s_hang))
            Assert.Fail($"{mutant}: still loading after {s_hang.TotalSeconds} s");
        return (error, watch.Elapsed, allocated);
    }
}
