using LlamaInterop.Native;

namespace LlamaInterop.Compute;

/// <summary>
/// Puts ops into phases. Ops of one phase do not depend on each other, except along a chain, whose ops run one after the other in the
/// same thread, without a barrier: by rows, when each reads only what the chain made in the same row, or by slices (<see cref="Slices"/>),
/// when each reads only what a product and its followers made in the same elements.
/// </summary>
internal static class Schedule
{
    private sealed class Chain(int phase, Op first)
    {
        public int Phase { get; } = phase;

        public List<Op> Ops { get; } = [first];

        public LkLink Link { get; } = Slices.CanBegin(first) ? LkLink.SLICES : LkLink.ROWS;

        /// <summary>The least slice, where the chain is one of slices.</summary>
        public long Granule { get; set; } = Slices.Granule(first);
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
            Chain? chain = FindRows(op, dependencies, chainOf) ?? FindSlices(op, dependencies, chainOf, chains);
            if (chain is null)
                chains.Add(chain = new Chain(dependencies.Count == 0 ? 0 : dependencies.Max(d => chainOf[d].Phase) + 1, op));
            else
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

    /// <summary>The chains of the op's latest dependencies.</summary>
    private static HashSet<Chain> Latest(List<Op> dependencies, Dictionary<Op, Chain> chainOf)
    {
        int phase = dependencies.Max(d => chainOf[d].Phase);
        return [.. dependencies.Select(d => chainOf[d]).Where(c => c.Phase == phase)];
    }

    /// <summary>The chain of rows that the op may join: the only one of its latest dependencies, with the same rows.</summary>
    private static Chain? FindRows(Op op, List<Op> dependencies, Dictionary<Op, Chain> chainOf)
    {
        if (!op.ByRow || dependencies.Count == 0)
            return null;
        HashSet<Chain> latest = Latest(dependencies, chainOf);
        Chain candidate = latest.First();
        Op last = candidate.Ops[^1];
        return latest.Count == 1 && candidate.Link == LkLink.ROWS && last.ByRow && HasRowsOf(op, last) && !GathersFrom(op, candidate) ? candidate : null;
    }

    private static bool HasRowsOf(Op op, Op other) => op.RowsOf.Live == other.RowsOf.Live && op.RowsOf.Rows == other.RowsOf.Rows;

    /// <summary>The chain of slices that the op may join: those of its latest dependencies, made one where they are several (gate and up).</summary>
    private static Chain? FindSlices(Op op, List<Op> dependencies, Dictionary<Op, Chain> chainOf, List<Chain> chains)
    {
        long granule = Slices.Granule(op);
        if (granule == 0 || dependencies.Count == 0)
            return null;
        List<Chain> latest = [.. Latest(dependencies, chainOf)];
        foreach (Chain chain in latest)
        {
            granule = LeastCommonMultiple(granule, chain.Granule);
            if (chain.Link != LkLink.SLICES || Slices.Elements(chain.Ops[0]) != Slices.Elements(op) || !HasRowsOf(op, chain.Ops[0]) || !ReadsSlices(op, chain))
                return null;
        }
        if (granule > Slices.MostGranule)
            return null;
        Chain joined = latest[0];
        foreach (Chain other in latest.Skip(1))
        {
            foreach (Op moved in other.Ops)
                chainOf[moved] = joined;
            joined.Ops.AddRange(other.Ops);
            chains.Remove(other);
        }
        joined.Granule = granule;
        return joined;
    }

    /// <summary>Whether all that the op reads of a chain is the same slice, in the form in which it was made.</summary>
    private static bool ReadsSlices(Op op, Chain chain)
    {
        for (int i = 0; i < op.Sources.Length; i++)
        {
            Tensor? source = op.Sources[i];
            if (source is null)
                continue;
            foreach (Op made in chain.Ops)
            {
                if (made.Destination.Overlaps(source) && !(Slices.IsOfSource(op, i) && made.Opcode is not (Opcode.QUANTIZE or Opcode.KV_STORE) && source.Covers(made.Destination)))
                    return false;
            }
        }
        return true;
    }

    private static long LeastCommonMultiple(long a, long b)
    {
        (long x, long y) = (a, b);
        while (y != 0)
            (x, y) = (y, x % y);
        return x == 0 ? 0 : a / x * b;
    }

    /// <summary>Whether the op picks rows by number out of something that the chain makes row by row.</summary>
    private static bool GathersFrom(Op op, Chain chain) =>
        op.Opcode == Opcode.GET_ROWS && chain.Ops.Exists(made => made.Destination.Root == op.Sources[0]!.Root);

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
                chain.Ops[i].Link = i > 0 ? chain.Link : LkLink.NONE;
                graph.Ops.Add(chain.Ops[i]);
            }
        }
        return phases;
    }
}
