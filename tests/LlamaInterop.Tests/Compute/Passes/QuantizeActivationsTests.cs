using LlamaInterop.Compute;
using LlamaInterop.Compute.Passes;
using LlamaInterop.Gguf;
using LlamaInterop.Native;
using LlamaInterop.Tests.Inference;
using LlamaInterop.Tests.Models;
using static LlamaInterop.Tests.Compute.GraphSamples;

namespace LlamaInterop.Tests.Compute.Passes;

internal sealed class QuantizeActivationsTests
{
    [Test]
    public void OneConversionServesAllReaders()
    {
        Graph graph = NewGraph();
        Tensor x = Input("x");
        foreach (LkType type in (LkType[])[LkType.Q4_0, LkType.Q8_0, LkType.F32, LkType.Q4_0])
            graph.MatMul($"y{graph.Ops.Count}", Weight("m", type, Width, Width), x);
        QuantizeActivations.Run(graph, ActivationOf, _ => true);
        Op quantize = graph.Of(LkOpcode.QUANTIZE).Single();
        Assert.That(graph.Ops[0], Is.SameAs(quantize));
        Assert.That(quantize.Sources[0], Is.SameAs(x));
        Tensor rounded = quantize.Destination;
        Assert.That(graph.Of(LkOpcode.MAT_MUL).Select(op => op.Sources[1]), Is.EqualTo(new[] { rounded, rounded, x, rounded }));
    }

    [Test]
    public void RefinedProductGetsTheFinerForm([Values(LkType.Q4_0, LkType.F32, LkType.BF16)] LkType weights)
    {
        Graph graph = NewGraph();
        Tensor x = Input("x");
        Tensor matrix = Weight("m", weights, Width, Width);
        graph.MatMul("plain", matrix, x);
        graph.MatMul("fine", matrix, x, refined: CoarseForms.Both);
        QuantizeActivations.Run(graph, type => type == LkType.BF16 ? type : ActivationOf(type), _ => true);
        LkType[] expected = weights switch
        {
            LkType.F32 => [LkType.F32, LkType.F32],
            LkType.BF16 => [LkType.BF16, LkType.F32],
            _ => [LkType.A8, LkType.A8X2],
        };
        Assert.That(graph.Of(LkOpcode.MAT_MUL).Select(op => op.Sources[1]!.Type), Is.EqualTo(expected));
    }

    [Test]
    public void ProductIsRefinedOnlyForTheFormsThatItNames()
    {
        Graph graph = NewGraph();
        foreach (LkType type in (LkType[])[LkType.Q4_0, LkType.BF16])
        {
            graph.MatMul($"bytes {type}", Weight("m", type, Width, Width), Input("x"), refined: CoarseForms.Bytes);
            graph.MatMul($"brain {type}", Weight("m", type, Width, Width), Input("x"), refined: CoarseForms.BrainFloats);
        }
        QuantizeActivations.Run(graph, type => type == LkType.BF16 ? type : ActivationOf(type), _ => true);
        Assert.That(graph.Of(LkOpcode.MAT_MUL).Select(op => op.Sources[1]!.Type), Is.EqualTo(new[] { LkType.A8X2, LkType.A8, LkType.BF16, LkType.F32 }));
    }

    [TestCase(Refinement.Chosen, LkType.A8, LkType.A8X2)]
    [TestCase(Refinement.None, LkType.A8, LkType.A8)]
    [TestCase(Refinement.All, LkType.A8X2, LkType.A8X2)]
    public void GraphSaysWhetherItsProductsAreRefined(Refinement refinement, LkType plain, LkType fine)
    {
        var graph = new Graph(4, 1) { Refinement = refinement };
        Tensor matrix = Weight("m", LkType.Q4_0, Width, Width);
        graph.MatMul("plain", matrix, Input("x"));
        graph.MatMul("fine", matrix, Input("y"), refined: CoarseForms.Both);
        QuantizeActivations.Run(graph, ActivationOf, _ => true);
        Assert.That(graph.Of(LkOpcode.MAT_MUL).Select(op => op.Sources[1]!.Type), Is.EqualTo(new[] { plain, fine }));
    }

    [Test]
    public void EveryActivationTypeHasItsConversion()
    {
        Graph graph = NewGraph();
        Tensor x = Input("x");
        graph.MatMul("a", Weight("m", LkType.Q4_0, Width, Width), x);
        graph.MatMul("b", Weight("m", LkType.F16, Width, Width), x);
        QuantizeActivations.Run(graph, type => type == LkType.F16 ? LkType.F16 : LkType.A8, _ => true);
        Assert.That(graph.Of(LkOpcode.QUANTIZE).Select(op => op.Destination.Type), Is.EqualTo(new[] { LkType.A8, LkType.F16 }));
    }

    /// <summary>Queries, keys and values share one conversion; it, the one out of the feed-forward and the one to the logits are refined.</summary>
    [Test]
    public void RefinesOnlyWhereTheBackendCan([Values] bool can)
    {
        Graph graph = NewGraph();
        graph.MatMul("product", Weight("m", LkType.Q4_0, Width, Width), Input("x"), refined: CoarseForms.Both);
        QuantizeActivations.Run(graph, ActivationOf, op => can || op.Sources[1]!.Type != LkType.A8X2);
        Assert.That(graph.Of(LkOpcode.QUANTIZE).Single().Destination.Type, Is.EqualTo(can ? LkType.A8X2 : LkType.A8));
    }

    [Test]
    public void LayerConvertsOnceForQkvOnceForGateAndUp()
    {
        using var runner = new TinyRunner(TinyModels.Wide(GgufTensorType.Q4_0));
        Op[] conversions = runner.Runner.ClassOf(4).Graph.Of(LkOpcode.QUANTIZE);
        string[] layer = ["attn_norm.weight.a8x2", "attn.a8", "ffn_norm.weight.a8", "ffn_act.a8x2"];
        string[] expected = [.. layer.Select(name => "blk.0." + name), .. layer.Select(name => "blk.1." + name), "output_norm.weight.a8x2"];
        Assert.That(conversions.Select(op => op.Name), Is.EqualTo(expected));
    }

    [Test]
    public void PlainModelRefinesNothing()
    {
        using var runner = new TinyRunner(TinyModels.Wide(GgufTensorType.Q4_0), new LlamaModelOptions { Threads = 2, Activations = ActivationPrecision.Plain });
        Assert.That(runner.Runner.ClassOf(4).Graph.Of(LkOpcode.QUANTIZE).Select(op => op.Destination.Type), Is.All.EqualTo(LkType.A8));
    }
}
