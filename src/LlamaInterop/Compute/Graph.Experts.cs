namespace LlamaInterop.Compute;

/// <summary>How experts are chosen and weighted; see EXPERT_ROUTE in llamakernels.h.</summary>
/// <param name="Used">Experts of a row.</param>
/// <param name="Gating">From logits to probabilities.</param>
/// <param name="Renormalize">Whether the weights of the chosen are divided by their sum.</param>
/// <param name="Scale">Factor of the weights.</param>
/// <param name="Groups">Groups of experts; 1 for none.</param>
/// <param name="GroupsUsed">Groups that a row may choose from.</param>
/// <param name="GroupsByBestTwo">Whether a group's score is the sum of its two best experts, or its best one's.</param>
internal readonly record struct RoutingOptions(
    int Used, GatingKind Gating = GatingKind.SOFT_MAX, bool Renormalize = false, float Scale = 1, int Groups = 1, int GroupsUsed = 1,
    bool GroupsByBestTwo = false);

/// <summary>The choice of a step's rows.</summary>
/// <param name="Ids">i32[k, T]: the experts of each row.</param>
/// <param name="Weights">f32[k, T].</param>
/// <param name="Groups">i32: the rows grouped by expert, as EXPERT_SORT writes them.</param>
internal sealed record Routing(Tensor Ids, Tensor Weights, Tensor Groups);

/// <content>Mixtures of experts: routing is data, never control flow.</content>
internal sealed partial class Graph
{
    /// <summary>Chooses experts by their logits [E, T] and sorts the rows by expert.</summary>
    /// <param name="name">Prefix of the ops' names.</param>
    /// <param name="logits">[E, T].</param>
    /// <param name="choiceBias">[E], added to the probabilities for the choice alone; null for none.</param>
    /// <param name="options">How.</param>
    public Routing Route(string name, Tensor logits, Tensor? choiceBias, RoutingOptions options)
    {
        int k = options.Used;
        var chosen = new Tensor(name + "_route", TensorKind.Scratch, ElementType.I32, [2 * k, logits.Rows], logits.Live);
        Op route = Append(Opcode.EXPERT_ROUTE, chosen.Name, chosen);
        route.Sources[0] = logits;
        route.Sources[1] = choiceBias;
        route.Parameters[0] = k;
        route.Parameters[1] = (int)options.Gating;
        route.Parameters[2] = options.Renormalize ? 1 : 0;
        route.SetFloat(3, options.Scale);
        route.Parameters[4] = options.Groups;
        route.Parameters[5] = options.GroupsUsed;
        route.Parameters[6] = options.GroupsByBestTwo ? 1 : 0;
        Tensor ids = chosen.Columns(0, k);
        var groups = new Tensor(name + "_sort", TensorKind.Scratch, ElementType.I32, [1 + (3 * logits.Width) + (k * logits.Rows)]);
        Op sort = Append(Opcode.EXPERT_SORT, groups.Name, groups);
        sort.Sources[0] = ids;
        sort.Parameters[0] = checked((int)logits.Width);
        return new Routing(ids, chosen.Columns(k, k).As(ElementType.F32), groups);
    }

    /// <summary>Each row times the weights [n, m, E] of its chosen experts: [m, T, k].</summary>
    /// <param name="name">The op's name.</param>
    /// <param name="weights">[n, m, E].</param>
    /// <param name="x">[n, T], or [n, T, k] with a row for each choice.</param>
    /// <param name="routing">The choice.</param>
    /// <param name="bias">[m, E], or null.</param>
    /// <param name="refined">As in <see cref="MatMul"/>.</param>
    public Tensor MatMulExperts(string name, Tensor weights, Tensor x, Routing routing, Tensor? bias = null, CoarseForms refined = CoarseForms.None)
    {
        Tensor product = Activation(name, ElementType.F32, weights.Rows, x.Rows, routing.Ids.Width, x.Live);
        var op = new Op(Opcode.MAT_MUL_ID, name, product) { Refined = Refines(refined) };
        product.Producer = op;
        _ops.Add(op);
        op.Sources[0] = weights;
        op.Sources[1] = x;
        op.Sources[2] = routing.Groups;
        op.Sources[3] = bias;
        return product;
    }

    /// <summary>The sum over the choices of x [n, T, k] times their weights [k, T] (1 where null): [n, T].</summary>
    public Tensor SumExperts(string name, Tensor x, Tensor? weights)
    {
        Op op = Append(Opcode.EXPERT_SUM, name, new Tensor(name, TensorKind.Scratch, ElementType.F32, [x.Width, x.Rows], x.Live));
        op.Sources[0] = x;
        op.Sources[1] = weights;
        return op.Destination;
    }
}
