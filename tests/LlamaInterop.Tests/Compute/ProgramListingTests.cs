using LlamaInterop.Compute;
using LlamaInterop.Native;
using static LlamaInterop.Tests.Compute.GraphSamples;

namespace LlamaInterop.Tests.Compute;

internal sealed class ProgramListingTests
{
    private const string Plain = """
        phase 0
             RMS_NORM   h f32[64, 8] <- x f32[64, 8]; w f32[64]
           + QUANTIZE   h.a8 a8[64, 8] <- h f32[64, 8]
        phase 1
             MAT_MUL    y f32[32, 8] <- m q4_K[64, 32]; h.a8 a8[64, 8]

        """;

    [Test]
    public void ShowsPhasesChainsShapesAndSources() => Assert.That(ProgramListing.Write(Sample()), Is.EqualTo(Plain.ReplaceLineEndings("\n")));

    [Test]
    public void ShowsTimesBeforeTheOps()
    {
        string[] lines = ProgramListing.Write(Sample(), [1_500_000, 0, 12_345_678]).Split('\n');
        Assert.That(lines[1], Does.StartWith("     1.500 ms     RMS_NORM"));
        Assert.That(lines[2], Does.StartWith("     0.000 ms   + QUANTIZE"));
        Assert.That(lines[4], Does.StartWith("    12.346 ms     MAT_MUL"));
    }

    private static Graph Sample()
    {
        Graph graph = NewGraph();
        Tensor h = graph.Mul("h", graph.RmsNorm("normed", Input("x"), 1e-5f), Weight("w", Width));
        graph.MatMul("y", Weight("m", LkType.Q4_K, Width, 32), h).AsOutput("y");
        Compiler.Run(graph, ActivationOf, _ => true, 0);
        return graph;
    }
}
