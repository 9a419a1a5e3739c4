using LlamaInterop.Compute;
using LlamaInterop.Tests.Inference;
using LlamaInterop.Tests.Models;
using static LlamaInterop.Tests.Compute.GraphSamples;

namespace LlamaInterop.Tests.Compute;

internal sealed class MemoryPlanTests
{
    private const int Alignment = 64;

    [Test]
    public void LiveTensorsOfRandomGraphsNeverOverlap([Range(1, 20)] int seed)
    {
        Graph graph = OfSeed(seed);
        long total = Compiler.Run(graph, ActivationOf, _ => true, scratchBuffer: 3).ScratchBytes;
        RefuseOverlap(graph, total);
        Assert.That(graph.Ops.Select(op => op.Destination.Buffer), Is.All.EqualTo(3));
    }

    [Test]
    public void LiveTensorsOfModelsNeverOverlap([Range(1, 6)] int seed)
    {
        using var runner = new TinyRunner(TinyModels.OfSeed(seed));
        for (int tokens = 1; tokens <= 64; tokens *= 8)
            RefuseOverlap(runner.Runner.ClassOf(tokens).Graph, runner.Runner.ClassOf(tokens).ScratchBytes);
    }

    [Test]
    public void SameGraphHasSamePlaces()
    {
        Graph first = OfSeed(5), second = OfSeed(5);
        Compiler.Run(first, ActivationOf, _ => true, 0);
        Compiler.Run(second, ActivationOf, _ => true, 0);
        Assert.That(second.Ops.Select(op => op.Destination.Offset), Is.EqualTo(first.Ops.Select(op => op.Destination.Offset)));
    }

    /// <summary>A chain of layers takes the memory of the widest place in it, not of all.</summary>
    [Test]
    public void MoreLayersTakeNoMoreMemory()
    {
        using var two = new TinyRunner(new TinyModel());
        using var six = new TinyRunner(new TinyModel { Layers = 6 });
        Assert.That(six.Runner.ClassOf(64).ScratchBytes, Is.EqualTo(two.Runner.ClassOf(64).ScratchBytes));
    }

    [Test]
    public void OutputsKeepTheirPlaceToTheEnd()
    {
        Graph graph = NewGraph();
        Tensor early = graph.RmsNorm("early", Input("x"), 1e-5f).AsOutput("early");
        Tensor x = early;
        for (int i = 0; i < 5; i++)
            x = graph.MatMul($"later{i}", Weight("m", Width, Width), x);
        Compiler.Run(graph, ActivationOf, _ => true, 0);
        Assert.That(graph.Ops.Skip(1).Where(op => Overlap(op.Destination, early)), Is.Empty);
    }

    private static void RefuseOverlap(Graph graph, long total)
    {
        var lives = new Dictionary<Tensor, (int First, int Last)>();
        foreach (Op op in graph.Ops)
        {
            if (op.Destination.Kind != TensorKind.Cache)
                lives[op.Destination] = (op.Phase, op.Destination.Kind == TensorKind.Output ? int.MaxValue : op.Phase);
            foreach (Tensor? source in op.Sources)
            {
                if (source is not null && lives.TryGetValue(source, out var life))
                    lives[source] = (life.First, Math.Max(life.Last, op.Phase));
            }
        }
        foreach ((Tensor a, var lifeOfA) in lives)
        {
            Assert.That(a.Offset % Alignment, Is.Zero);
            Assert.That(a.Offset + a.ByteLength, Is.LessThanOrEqualTo(total));
            foreach ((Tensor b, var lifeOfB) in lives)
                Assert.That(a != b && lifeOfA.First <= lifeOfB.Last && lifeOfB.First <= lifeOfA.Last && Overlap(a, b), Is.False, $"{a} and {b}");
        }
        Assert.That(total, Is.LessThanOrEqualTo(lives.Keys.Sum(tensor => (tensor.ByteLength + Alignment - 1) / Alignment * Alignment)));
    }

    private static bool Overlap(Tensor a, Tensor b) => a.Offset < b.Offset + b.ByteLength && b.Offset < a.Offset + a.ByteLength;
}
