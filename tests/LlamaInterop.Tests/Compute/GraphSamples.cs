using LlamaInterop.Compute;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Compute;

/// <summary>Tensors and graphs to try passes on.</summary>
internal static class GraphSamples
{
    public const int Tokens = 8;
    public const int Width = 64;

    public static Tensor Weight(string name, params ReadOnlySpan<long> dims) => Weight(name, LkType.F32, dims);

    public static Tensor Weight(string name, LkType type, params ReadOnlySpan<long> dims) => new(name, TensorKind.Weight, type, dims);

    /// <summary>Activations [width, T] that the host writes.</summary>
    public static Tensor Input(string name, long width = Width, int tokens = Tokens) =>
        new(name, TensorKind.Input, LkType.F32, [width, tokens], LkArgument.TOKENS);

    public static Graph NewGraph() => new(Tokens, 1);

    public static Op[] Of(this Graph graph, LkOpcode opcode) => [.. graph.Ops.Where(op => op.Opcode == opcode)];

    /// <summary>Ops of all kinds over each other's results, and an output that reads the last.</summary>
    public static Graph OfSeed(int seed)
    {
        var random = new Random(seed);
        Graph graph = NewGraph();
        List<Tensor> made = [Input("x"), Input("y")];
        Tensor Any() => made[Math.Max(0, made.Count - 1 - random.Next(5))];
        for (int i = 0; i < 40; i++)
        {
            string name = $"t{i}";
            made.Add(random.Next(7) switch
            {
                0 => graph.RmsNorm(name, Any(), 1e-5f),
                1 => graph.Mul(name, Any(), Weight($"w{i}", Width)),
                2 => graph.Add(name, Any(), Any()),
                3 => graph.Add(name, Any(), Weight($"b{i}", Width)),
                4 => graph.Glu(name, Any(), Any(), LkGluKind.SILU),
                _ => graph.MatMul(name, Weight($"m{i}", random.Next(2) == 0 ? LkType.Q8_0 : LkType.F32, Width, Width), Any()),
            });
        }
        graph.Add("last", made[^1], made[^2]).AsOutput("result");
        return graph;
    }

    /// <summary>As the CPU answers: blocks are multiplied with A8, the rest with f32.</summary>
    public static LkType ActivationOf(LkType weights) => BlockSize.Of(weights).Length > 1 ? LkType.A8 : LkType.F32;
}
