using LlamaInterop.Compute;
using LlamaInterop.Gguf;
using LlamaInterop.Native;
using LlamaInterop.Tests.Inference;
using LlamaInterop.Tests.Models;
using static LlamaInterop.Tests.Compute.GraphSamples;

namespace LlamaInterop.Tests.Compute;

internal sealed class ScheduleTests
{
    /// <summary>
    /// Of a layer: q, k, v with rotation and stores; attention; output; gate, up with activation; down. Rows this short are one slice, so
    /// that the norms run with the products before them. Before the first layer come the embedding and the norm; after the last the choice
    /// of rows with the norm, and the output head.
    /// </summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(5)]
    public void NarrowLayerHasFivePhases(int layers)
    {
        using var runner = new TinyRunner(new TinyModel { Layers = layers });
        Assert.That(runner.Runner.ClassOf(1).Phases, Is.EqualTo((5 * layers) + 3));
    }

    /// <summary>Attention's result is quantized in a phase of its own, as attention is not cut into slices; norms and activations quantize in their chain.</summary>
    [TestCase(1)]
    [TestCase(3)]
    public void LayerOfQuantizedWeightsHasEightPhases(int layers)
    {
        using var runner = new TinyRunner(TinyModels.Wide(GgufTensorType.Q4_K) with { Layers = layers });
        Assert.That(runner.Runner.ClassOf(1).Phases, Is.EqualTo((8 * layers) + 2));
    }

    [Test]
    public void ModelsAreOrderedByWhatTheyRead([Range(1, 12)] int seed)
    {
        using var runner = new TinyRunner(TinyModels.OfSeed(seed));
        for (int tokens = 1; tokens <= 64; tokens *= 4)
            RefuseDisorder(runner.Runner.ClassOf(tokens).Graph);
    }

    [Test]
    public void RandomGraphsAreOrderedByWhatTheyRead([Range(1, 20)] int seed)
    {
        Graph graph = OfSeed(seed);
        int phases = Compiler.Run(graph, ActivationOf, _ => true, 0).Phases;
        RefuseDisorder(graph);
        Assert.That(phases, Is.EqualTo(graph.Ops[^1].Phase + 1));
    }

    [Test]
    public void RowsThatAreGatheredWaitForAllOfThem()
    {
        Graph graph = NewGraph();
        Tensor ids = new("ids", TensorKind.Input, LkType.I32, [Tokens], LkArgument.TOKENS);
        graph.GetRows("gathered", graph.RmsNorm("normed", Input("x"), 1e-5f), ids);
        Schedule.Run(graph);
        Assert.That(graph.Ops.Select(op => (op.Phase, op.Link)), Is.EqualTo(new[] { (0, LkLink.NONE), (1, LkLink.NONE) }));
    }

    [Test]
    public void OpOfTwoChainsWaitsForBoth()
    {
        Graph graph = NewGraph();
        graph.Add("sum", graph.RmsNorm("a", Input("x"), 1e-5f), graph.RmsNorm("b", Input("y"), 1e-5f));
        Schedule.Run(graph);
        Assert.That(graph.Ops.Select(op => (op.Phase, op.Link)), Is.EqualTo(new[] { (0, LkLink.NONE), (0, LkLink.NONE), (1, LkLink.NONE) }));
    }

    /// <summary>Whatever an op reads was made in an earlier phase, or before it in its own chain, whose ops have the same rows.</summary>
    private static void RefuseDisorder(Graph graph)
    {
        var made = new Dictionary<Tensor, (int Phase, int Chain)>();
        int chain = -1;
        for (int i = 0; i < graph.Ops.Count; i++)
        {
            Op op = graph.Ops[i];
            chain += op.Link == LkLink.NONE ? 1 : 0;
            Assert.That(op.Phase, Is.GreaterThanOrEqualTo(i == 0 ? 0 : graph.Ops[i - 1].Phase), op.Name);
            if (op.Link != LkLink.NONE)
            {
                Op before = graph.Ops[i - 1];
                Assert.That(before.Phase == op.Phase && (op.Link == LkLink.SLICES ? Slices.Granule(op) > 0 : op.ByRow && before.ByRow), Is.True, op.Name);
                Assert.That((op.RowsOf.Live, op.RowsOf.Rows), Is.EqualTo((before.RowsOf.Live, before.RowsOf.Rows)), op.Name);
            }
            foreach (Tensor? source in op.Sources)
            {
                if (source is null || !made.TryGetValue(source, out var maker))
                {
                    Assert.That(source?.Kind, Is.Not.EqualTo(TensorKind.Scratch), $"{op.Name} reads {source?.Name} before it is made");
                    continue;
                }
                Assert.That(maker.Phase < op.Phase || (maker.Chain == chain && source.Kind != TensorKind.Cache), Is.True, $"{op.Name} reads {source.Name}");
            }
            made[op.Destination] = (op.Phase, chain);
        }
    }
}
