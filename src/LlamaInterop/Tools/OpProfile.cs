using LlamaInterop.Inference;

namespace LlamaInterop.Tools;

/// <summary>The time of a program's ops, those of all layers together: "ffn_down" for "blk.0.ffn_down", "blk.1.ffn_down", ...</summary>
/// <param name="Name">The op without its layer.</param>
/// <param name="Opcode">What it does.</param>
/// <param name="Nanoseconds">Of all threads together.</param>
/// <param name="Share">Of the whole program's.</param>
internal readonly record struct OpProfile(string Name, string Opcode, long Nanoseconds, double Share)
{
    /// <summary>Ops by falling time.</summary>
    /// <param name="batchClass">The class whose program ran.</param>
    /// <param name="nanoseconds">Of its ops in order.</param>
    public static IReadOnlyList<OpProfile> Of(BatchClass batchClass, long[] nanoseconds)
    {
        double total = Math.Max(1, nanoseconds.Sum());
        return
        [
            .. batchClass.Graph.Ops.Zip(nanoseconds)
                .GroupBy(pair => (Name: WithoutLayer(pair.First.Name), pair.First.Opcode), pair => pair.Second)
                .Select(group => new OpProfile(group.Key.Name, group.Key.Opcode.ToString(), group.Sum(), group.Sum() / total))
                .OrderByDescending(profile => profile.Nanoseconds),
        ];
    }

    private static string WithoutLayer(string name) =>
        name.Split('.', 3) is ["blk", _, string rest] ? rest : name;
}
