using LlamaInterop.Compute;
using LlamaInterop.Compute.Passes;
using LlamaInterop.Native;
using static LlamaInterop.Tests.Compute.GraphSamples;

namespace LlamaInterop.Tests.Compute.Passes;

internal sealed class FoldNormWeightTests
{
    [TestCase(Width)]
    [TestCase(Width / 4)]
    public void NormTakesTheWeightThatFollows(int width)
    {
        Graph graph = NewGraph();
        Tensor weight = Weight("w", width);
        Tensor result = graph.Mul("weighted", graph.RmsNorm("normed", Input("x"), 1e-5f, width), weight);
        FoldNormWeight.Run(graph, _ => true);
        Op norm = graph.Ops.Single();
        Assert.That(norm.Opcode, Is.EqualTo(LkOpcode.RMS_NORM));
        Assert.That(norm.Sources[1], Is.SameAs(weight));
        Assert.That(norm.Destination, Is.SameAs(result));
        Assert.That(result.Producer, Is.SameAs(norm));
    }

    [Test]
    public void WeightThatTheBackendDoesNotFuseStays()
    {
        Graph graph = NewGraph();
        graph.Mul("weighted", graph.RmsNorm("normed", Input("x"), 1e-5f), Weight("w", Width));
        FoldNormWeight.Run(graph, _ => false);
        Assert.That(graph.Ops, Has.Count.EqualTo(2));
        Assert.That(graph.Ops[0].Sources[1], Is.Null);
    }

    [Test]
    public void NormWithASecondReaderStaysAsItIs()
    {
        Graph graph = NewGraph();
        Tensor normed = graph.RmsNorm("normed", Input("x"), 1e-5f);
        graph.Add("sum", graph.Mul("weighted", normed, Weight("w", Width)), normed);
        FoldNormWeight.Run(graph, _ => true);
        Assert.That(graph.Ops, Has.Count.EqualTo(3));
        Assert.That(graph.Ops[0].Sources[1], Is.Null);
    }

    [Test]
    public void SecondWeightStaysAMultiplication()
    {
        Graph graph = NewGraph();
        graph.Mul("twice", graph.Mul("once", graph.RmsNorm("normed", Input("x"), 1e-5f), Weight("w", Width)), Weight("v", Width));
        FoldNormWeight.Run(graph, _ => true);
        Assert.That(graph.Ops.Select(op => op.Opcode), Is.EqualTo(new[] { LkOpcode.RMS_NORM, LkOpcode.MUL }));
    }

    [Test]
    public void ProductWithActivationsStays()
    {
        Graph graph = NewGraph();
        graph.Mul("product", graph.RmsNorm("normed", Input("x"), 1e-5f), Input("y"));
        FoldNormWeight.Run(graph, _ => true);
        Assert.That(graph.Ops, Has.Count.EqualTo(2));
    }

    [Test]
    public void OutputThatTheHostReadsStays()
    {
        Graph graph = NewGraph();
        Tensor normed = graph.RmsNorm("normed", Input("x"), 1e-5f).AsOutput("seen");
        graph.Mul("weighted", normed, Weight("w", Width));
        FoldNormWeight.Run(graph, _ => true);
        Assert.That(graph.Ops, Has.Count.EqualTo(2));
    }
}
