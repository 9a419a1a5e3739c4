namespace LlamaInterop.Compute;

/// <summary>
/// Puts ops into phases. Ops of one phase do not depend on each other, except along a chain: a by-row op that reads only what its
/// chain made in the same row runs directly after it, in the same thread, without a barrier.
/// </summary>
internal static class Schedule
{
    private sealed class Chain(int phase)
    {
        public int Phase { get; } = phase;

        public List<Op> Ops { get; } = [];
    }

    /// <summary>Sets phases and chains, and orders the graph's ops by them. Returns the number of phases.</summary>
    public static int Run(Graph graph)
    {
        var chains = new List<Chain>();
        var chainOf = new Dictionary<Op, Chain>();
        var writers = new Dictionary<Tensor, List<Op>>();
        var dependencies = new List<Op>();
        foreach (Op op in graph.Ops)
        {
            CollectDependencies(op, writers, dependencies);
            Chain chain = FindChain(op, dependencies, chainOf) ?? NewChain(dependencies, chainOf, chains);
            chain.Ops.Add(op);
            chainOf[op] = chain;
            Tensor written = op.Destination.Root;
            (writers.TryGetValue(written, out List<Op>? known) ? known : writers[written] = []).Add(op);
        }
        return Flatten(graph, chains);
    }

    /// <summary>The ops before it that write what it reads, whole or in part; of a cache, any part.</summary>
    private static void CollectDependencies(Op op, Dictionary<Tensor, List<Op>> writers, List<Op> dependencies)
    {
        dependencies.Clear();
        foreach (Tensor? source in op.Sources)
        {
            if (source is null || !writers.TryGetValue(source.Root, out List<Op>? candidates))
                continue;
            foreach (Op writer in candidates)
            {
                if (writer.Destination.Overlaps(source))
                    dependencies.Add(writer);
            }
        }
    }

    /// <summary>The chain that the op may join: the only one of its latest dependencies' phase, with the same rows.</summary>
    private static Chain? FindChain(Op op, List<Op> dependencies, Dictionary<Op, Chain> chainOf)
    {
        if (!op.ByRow || dependencies.Count == 0)
            return null;
        int phase = dependencies.Max(d => chainOf[d].Phase);
        Chain? candidate = null;
        foreach (Op dependency in dependencies)
        {
            Chain chain = chainOf[dependency];
            if (chain.Phase < phase)
                continue;
            if (candidate is not null && candidate != chain)
                return null;
            candidate = chain;
        }
        Op last = candidate!.Ops[^1];
        bool sameRows = last.ByRow && last.RowsOf.Live == op.RowsOf.Live && last.RowsOf.Rows == op.RowsOf.Rows;
        return sameRows && !GathersFrom(op, candidate) ? candidate : null;
    }

    /// <summary>Whether the op picks rows by number out of something that the chain makes row by row.</summary>
    private static bool GathersFrom(Op op, Chain chain) =>
        op.Opcode == Opcode.GET_ROWS && chain.Ops.Exists(made => made.Destination.Root == op.Sources[0]!.Root);

    private static Chain NewChain(List<Op> dependencies, Dictionary<Op, Chain> chainOf, List<Chain> chains)
    {
        int phase = dependencies.Count == 0 ? 0 : dependencies.Max(d => chainOf[d].Phase) + 1;
        var chain = new Chain(phase);
        chains.Add(chain);
        return chain;
    }

    private static int Flatten(Graph graph, List<Chain> chains)
    {
        graph.Ops.Clear();
        int phases = 0;
        foreach (Chain chain in chains.OrderBy(c => c.Phase))
        {
            phases = chain.Phase + 1;
            for (int i = 0; i < chain.Ops.Count; i++)
            {
                chain.Ops[i].Phase = chain.Phase;
                chain.Ops[i].Chained = i > 0;
                graph.Ops.Add(chain.Ops[i]);
            }
        }
        return phases;
    }
}
