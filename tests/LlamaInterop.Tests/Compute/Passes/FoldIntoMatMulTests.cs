using LlamaInterop.Compute;
using LlamaInterop.Compute.Passes;
using LlamaInterop.Native;
using static LlamaInterop.Tests.Compute.GraphSamples;

namespace LlamaInterop.Tests.Compute.Passes;

internal sealed class FoldIntoMatMulTests
{
    private static readonly Tensor Matrix = Weight("m", Width, Width);

    [Test]
    public void TakesBiasAndThenResidual([Values] bool residualFirst)
    {
        Graph graph = NewGraph();
        Tensor x = Input("x"), bias = Weight("b", Width);
        Tensor biased = graph.Add("biased", graph.MatMul("product", Matrix, x), bias);
        Tensor result = residualFirst ? graph.Add("sum", x, biased) : graph.Add("sum", biased, x);
        FoldIntoMatMul.Run(graph, _ => true);
        Op matmul = graph.Ops.Single();
        Assert.That(matmul.Sources[..4].ToArray(), Is.EqualTo(new[] { Matrix, x, bias, x }));
        Assert.That(matmul.Destination, Is.SameAs(result));
        Assert.That(result.Producer, Is.SameAs(matmul));
    }

    [Test]
    public void WhatTheBackendDoesNotFuseStays()
    {
        Graph graph = NewGraph();
        Tensor x = Input("x"), bias = Weight("b", Width);
        graph.Add("sum", x, graph.Add("biased", graph.MatMul("product", Matrix, x), bias));
        FoldIntoMatMul.Run(graph, op => op.Sources[3] is null);
        Assert.That(graph.Ops.Select(op => op.Opcode), Is.EqualTo(new[] { LkOpcode.MAT_MUL, LkOpcode.ADD }));
        Assert.That(graph.Ops[0].Sources[..4].ToArray(), Is.EqualTo(new[] { Matrix, x, bias, null }));
    }

    [Test]
    public void BiasAfterTheResidualStays()
    {
        Graph graph = NewGraph();
        Tensor x = Input("x");
        graph.Add("biased", graph.Add("sum", x, graph.MatMul("product", Matrix, x)), Weight("b", Width));
        FoldIntoMatMul.Run(graph, _ => true);
        Assert.That(graph.Ops.Select(op => op.Opcode), Is.EqualTo(new[] { LkOpcode.MAT_MUL, LkOpcode.ADD }));
    }

    [Test]
    public void ProductWithASecondReaderStays()
    {
        Graph graph = NewGraph();
        Tensor product = graph.MatMul("product", Matrix, Input("x"));
        graph.Mul("other", graph.Add("sum", product, Input("y")), product);
        FoldIntoMatMul.Run(graph, _ => true);
        Assert.That(graph.Of(LkOpcode.ADD), Has.Length.EqualTo(1));
        Assert.That(graph.Ops[0].Sources[3], Is.Null);
    }

    [Test]
    public void ProductAddedToItselfStays()
    {
        Graph graph = NewGraph();
        Tensor product = graph.MatMul("product", Matrix, Input("x"));
        graph.Add("twice", product, product);
        FoldIntoMatMul.Run(graph, _ => true);
        Assert.That(graph.Ops, Has.Count.EqualTo(2));
    }

    [Test]
    public void OfTwoProductsTheLaterTakesTheEarlier()
    {
        Graph graph = NewGraph();
        Tensor first = graph.MatMul("first", Matrix, Input("x")), second = graph.MatMul("second", Matrix, Input("y"));
        graph.Add("sum", first, second);
        FoldIntoMatMul.Run(graph, _ => true);
        Assert.That(graph.Ops.Select(op => op.Name), Is.EqualTo(new[] { "first", "second" }));
        Assert.That(graph.Ops[1].Sources[3], Is.SameAs(first));
    }

    [Test]
    public void ResidualMadeAfterTheProductStays()
    {
        Graph graph = NewGraph();
        Tensor product = graph.MatMul("product", Matrix, Input("x"));
        graph.Add("sum", product, graph.RmsNorm("later", Input("y"), 1e-5f));
        FoldIntoMatMul.Run(graph, _ => true);
        Assert.That(graph.Of(LkOpcode.ADD), Has.Length.EqualTo(1));
    }

    [Test]
    public void ResidualOfOneRowForAllStays()
    {
        Graph graph = NewGraph();
        graph.Add("sum", graph.MatMul("product", Matrix, Input("x")), Input("row", tokens: 1));
        FoldIntoMatMul.Run(graph, _ => true);
        Assert.That(graph.Of(LkOpcode.ADD), Has.Length.EqualTo(1));
    }
}
