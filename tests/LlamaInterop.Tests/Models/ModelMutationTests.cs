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
        // Other tests have left their memory to this process: what counts is what the mutants add.
        long before = Environment.WorkingSet, most = before;
        GgufMutationResult result = GgufMutationRun.Run(Seed, count, path => computed += Compute(path, ref most), typeof(ModelException), typeof(NativeException));
        TestContext.Out.WriteLine($"seed {Seed}: {count} mutants, {computed} computed a token; slowest {result.Slowest.TotalMilliseconds:F0} ms, memory grew by {(most - before) >> 20} MiB at most");
        foreach ((string check, int refused) in result.Refusals)
            TestContext.Out.WriteLine($"{refused,6} {check}");
        Assert.That(computed, Is.GreaterThan(count / 50), "damage that does not matter is let pass");
        Assert.That(most - before, Is.LessThan(MaxGrowth));
    }

    private static int Compute(string path, ref long most)
    {
        try
        {
            using LlamaModel model = LlamaModel.Load(path, new LlamaModelOptions { Threads = 1, BatchSize = 1 });
            int seen = 0;
            model.Evaluate([0], false, (_, _) => seen++);
            most = Math.Max(most, Environment.WorkingSet);
            return seen;
        }
        finally
        {
            most = Math.Max(most, Environment.WorkingSet);
        }
    }
}
