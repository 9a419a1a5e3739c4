using System.Diagnostics;
using LlamaInterop.Models;
using LlamaInterop.Native;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>Damaged files go all the way: each loads as a model and computes a token, or is refused in one line.</summary>
[TestFixture]
internal sealed class ModelMutationTests
{
    private const int Seed = 20_26_12;
    private const long MaxGrowth = 1L << 30;

    [Test]
    public void EveryMutantComputesATokenOrIsRefusedInOneLine()
    {
        int count = GgufMutationRun.DefaultCount, computed = 0;
        long before = ForgetPeak();
        GgufMutationResult result = GgufMutationRun.Run(Seed, count, path => computed += Compute(path), typeof(ModelException), typeof(NativeException));
        using Process process = Process.GetCurrentProcess();
        long growth = process.PeakWorkingSet64 - before;
        TestContext.Out.WriteLine($"seed {Seed}: {count} mutants, {computed} computed a token; slowest {result.Slowest.TotalMilliseconds:F0} ms, peak memory {growth >> 20} MiB above the start");
        foreach ((string check, int refused) in result.Refusals)
            TestContext.Out.WriteLine($"{refused,6} {check}");
        Assert.That(computed, Is.GreaterThan(count / 50), "damage that does not matter is let pass");
        Assert.That(growth, Is.LessThan(MaxGrowth));
    }

    /// <summary>
    /// Other tests have left their memory to this process. What it holds now; on Linux the peak begins anew from here (proc(5),
    /// clear_refs), elsewhere the peak so far is what counts from.
    /// </summary>
    private static long ForgetPeak()
    {
        if (OperatingSystem.IsLinux())
            File.WriteAllText("/proc/self/clear_refs", "5");
        using Process process = Process.GetCurrentProcess();
        return OperatingSystem.IsLinux() ? process.WorkingSet64 : process.PeakWorkingSet64;
    }

    private static int Compute(string path)
    {
        using LlamaModel model = LlamaModel.Load(path, new LlamaModelOptions { Threads = 1, BatchSize = 1 });
        int seen = 0;
        model.Evaluate([0], false, (_, _) => seen++);
        return seen;
    }
}
