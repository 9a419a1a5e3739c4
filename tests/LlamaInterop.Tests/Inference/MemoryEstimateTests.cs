using LlamaInterop.Inference;

namespace LlamaInterop.Tests.Inference;

/// <summary>What of a model's memory grows with the context.</summary>
internal sealed class MemoryEstimateTests
{
    private const int Layers = 2, KvHeads = 2, HeadLength = 8, Short = 1024, Long = 65536;

    [Test]
    public void PagedCacheGrowsWithTheContext()
    {
        MemoryEstimate few = Estimate("aa", Short), many = Estimate("aa", Long);
        Assert.That(few.Cache, Is.EqualTo(CacheBytes(Short)));
        Assert.That(many.Cache, Is.EqualTo(CacheBytes(Long)));
        Assert.That(many.States, Is.Zero);
    }

    [Test]
    public void RecurrentModelTakesTheSameAtEveryContext()
    {
        MemoryEstimate few = Estimate("rr", Short), many = Estimate("rr", Long);
        Assert.That(many, Is.EqualTo(few));
        Assert.That(many.Cache, Is.Zero);
        Assert.That(many.States, Is.EqualTo(2 * Layers * 31 * 32 * sizeof(float)), "one slot that a step reads, one that it writes");
    }

    /// <summary>Its window and a step, and what alignment to blocks of 64 adds to both.</summary>
    [Test]
    public void WindowedModelGrowsByItsWindowAlone([Values(40, 200)] int window)
    {
        MemoryEstimate few = Estimate("ww", Short, window), many = Estimate("ww", Long, window);
        Assert.That(many.Cache, Is.EqualTo(few.Cache));
        Assert.That(many.Cache, Is.InRange(CacheBytes(window + 64), CacheBytes(window + 64 + (3 * 64))));
    }

    [Test]
    public void KeepingAllInstead()
    {
        Assert.That(Estimate("ww", Long, fullWindows: true).Cache, Is.EqualTo(CacheBytes(Long)));
        Assert.That(Estimate("wa", Long, fullWindows: true).Cache, Is.EqualTo(CacheBytes(Long)));
    }

    [Test]
    public void CheckpointHasARunningSequencesRoomAndOneSlot()
    {
        MemoryEstimate none = Estimate("wr", Long), three = Estimate("wr", Long, checkpoints: 3);
        Assert.That(three.Cache, Is.EqualTo(4 * none.Cache));
        Assert.That(three.States, Is.EqualTo(none.States / 2 * (2 + 3)));
    }

    [Test]
    public void TellsPartsThatThereAre()
    {
        Assert.That(Estimate("wr", Short).ToString(), Does.Match(@"^[\d.]+ MiB \(weights [\d.]+ MiB(, of them repacked [\d.]+ MiB)?, KV cache [\d.]+ MiB, recurrent states [\d.]+ MiB, scratch [\d.]+ MiB\)$"));
        Assert.That(Estimate("aa", Short).ToString(), Does.Contain("KV cache").And.Not.Contain("recurrent"));
        Assert.That(Estimate("rr", Short).ToString(), Does.Contain("recurrent states").And.Not.Contain("KV cache"));
    }

    private static long CacheBytes(int tokens) => (long)Layers * 2 * tokens * KvHeads * HeadLength * sizeof(float);

    private static MemoryEstimate Estimate(string layers, int context, int window = 40, bool fullWindows = false, int checkpoints = 0)
    {
        var options = new LlamaModelOptions { Threads = 1, BatchSize = 64, ContextSize = context, FullWindows = fullWindows, Checkpoints = checkpoints };
        using var runner = new TinyRunner(new TinyMixture(layers) { Window = window }, options);
        return runner.Runner.Estimate;
    }
}
