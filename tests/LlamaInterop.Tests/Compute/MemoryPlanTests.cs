using LlamaInterop.Compute;
using LlamaInterop.Native;
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
    public void ProductTakesThePlaceOfWhatItIsAddedTo()
    {
        Graph graph = NewGraph();
        Tensor x = graph.RmsNorm("x", Input("input"), 1e-5f), y = graph.RmsNorm("y", x, 1e-5f);
        Tensor sum = graph.Add("sum", x, graph.MatMul("product", Weight("m", Width, Width), y)).AsOutput("sum");
        Compiler.Run(graph, ActivationOf, _ => true, 0);
        Assert.That(sum.Producer!.Sources[3], Is.EqualTo(x));
        Assert.That(sum.Offset, Is.EqualTo(x.Offset));
    }

    [Test]
    public void ProductLeavesWhatItIsAddedToWhereThatIsReadAgain()
    {
        Graph graph = NewGraph();
        Tensor x = graph.RmsNorm("x", Input("input"), 1e-5f), y = graph.RmsNorm("y", x, 1e-5f);
        Tensor sum = graph.Add("sum", x, graph.MatMul("product", Weight("m", Width, Width), y));
        graph.Mul("last", sum, x).AsOutput("last");
        Compiler.Run(graph, ActivationOf, _ => true, 0);
        Assert.That(Overlap(sum, x), Is.False);
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
            {
                bool meet = a != b && lifeOfA.First <= lifeOfB.Last && lifeOfB.First <= lifeOfA.Last;
                Assert.That(meet && Overlap(a, b) && !TakesPlaceOf(b, a, lifeOfA.Last) && !TakesPlaceOf(a, b, lifeOfB.Last), Is.False, $"{a} and {b}");
            }
        }
        Assert.That(total, Is.LessThanOrEqualTo(lives.Keys.Sum(tensor => (tensor.ByteLength + Alignment - 1) / Alignment * Alignment)));
    }

    /// <summary>Whether a tensor is the sum of a product and of another one, whose only last reader makes it.</summary>
    private static bool TakesPlaceOf(Tensor sum, Tensor addend, int lastRead) =>
        sum.Producer is { Opcode: LkOpcode.MAT_MUL } op && op.Sources[3] == addend && op.Phase == lastRead && sum.Offset == addend.Offset && sum.ByteLength == addend.ByteLength;

    private static bool Overlap(Tensor a, Tensor b) => a.Offset < b.Offset + b.ByteLength && b.Offset < a.Offset + a.ByteLength;
}
