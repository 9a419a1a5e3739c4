namespace LlamaInterop.Tests.Models.Families;

/// <summary>How a mixture of experts chooses and weighs, as a definition states it.</summary>
/// <param name="Used">Experts of a row.</param>
internal sealed record NaiveExperts(int Used)
{
    /// <summary>Whether each logit becomes a probability by itself, not by a softmax over all.</summary>
    public bool Sigmoid { get; init; }

    /// <summary>Whether the weights of the chosen are divided by their sum.</summary>
    public bool Renormalize { get; init; } = true;

    public double Scale { get; init; } = 1;

    public Func<double, double> Activation { get; init; } = NaiveFamily.Silu;

    /// <summary>What a gate's and an up projection's element become together; by default <see cref="Activation"/> of the gate, times the up's.</summary>
    public Func<double, double, double>? Combine { get; init; }

    /// <summary>Whether an expert's weight multiplies its input, not its result.</summary>
    public bool WeighsInput { get; init; }

    /// <summary>Groups of neighbours, of which a row may choose from the best <see cref="GroupsUsed"/> by the sum of their best two.</summary>
    public int Groups { get; init; } = 1;

    public int GroupsUsed { get; init; } = 1;

    /// <summary>The weighted sum of the chosen experts' feed-forwards, plus the shared ones where the file has them.</summary>
    /// <param name="m">The weights.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="h">What experts read.</param>
    /// <param name="routed">What the router reads; the same by default.</param>
    public double[][] Forward(NaiveFamily m, int layer, double[][] h, double[][]? routed = null)
    {
        string scope = $"blk.{layer}.";
        double[][] logits = m.Linear(scope + "ffn_gate_inp", routed ?? h);
        double[][] read = m.Holds(scope + "ffn_latent_down.weight") ? m.Linear(scope + "ffn_latent_down", h) : h;
        double[][] result = [.. read.Select((row, position) => Mix(m, scope, row, Choose(m, scope, position, logits[position])))];
        if (m.Holds(scope + "ffn_latent_up.weight"))
            result = m.Linear(scope + "ffn_latent_up", result);
        if (!m.Holds(scope + "ffn_up_shexp.weight"))
            return result;
        double[][] shared = m.FeedForward(layer, h, Activation, "_shexp");
        if (m.Holds(scope + "ffn_gate_inp_shexp.weight"))
            shared = [.. shared.Zip(m.Linear(scope + "ffn_gate_inp_shexp", h), (row, gate) => Array.ConvertAll(row, value => value * NaiveFamily.Sigmoid(gate[0])))];
        return NaiveFamily.Add(result, shared);
    }

    /// <summary>The chosen experts and their weights.</summary>
    private (int Expert, double Weight)[] Choose(NaiveFamily m, string scope, int position, double[] logits)
    {
        double sum = logits.Sum(Math.Exp);
        double[] probabilities = Array.ConvertAll(logits, logit => Sigmoid ? NaiveFamily.Sigmoid(logit) : Math.Exp(logit) / sum);
        double[] biases = m.Holds(scope + "exp_probs_b.bias") ? m.Vector(scope + "exp_probs_b.bias") : new double[logits.Length];
        Candidate[] all = [.. probabilities.Select((p, i) => new Candidate(i, p + biases[i], Sigmoid ? p * (1 - p) : p))];
        (IEnumerable<Candidate[]> groups, double groupMargin) = Best(all.Chunk(all.Length / Groups), GroupsUsed, ScoreOfGroup);
        (IEnumerable<Candidate> chosen, double margin) = Best(groups.SelectMany(group => group), Used, candidate => (candidate.Score, candidate.Slope));
        m.Chosen(position, Math.Min(groupMargin, margin));
        double total = Renormalize ? chosen.Sum(candidate => probabilities[candidate.Expert]) : 1;
        return [.. chosen.Select(candidate => (candidate.Expert, probabilities[candidate.Expert] / total * Scale))];
    }

    private static (double Score, double Slope) ScoreOfGroup(Candidate[] group)
    {
        Candidate[] two = [.. group.OrderByDescending(candidate => candidate.Score).Take(2)];
        return (two.Sum(candidate => candidate.Score), two.Sum(candidate => candidate.Slope));
    }

    /// <summary>The best by score, and how far logits are from another choice: the first score left out against the last one taken.</summary>
    private static (IEnumerable<T> Best, double Margin) Best<T>(IEnumerable<T> all, int count, Func<T, (double Score, double Slope)> judge)
    {
        T[] ranked = [.. all.OrderByDescending(one => judge(one).Score)];
        if (ranked.Length == count)
            return (ranked, double.PositiveInfinity);
        (double score, double slope) = judge(ranked[count - 1]);
        (double nextScore, double nextSlope) = judge(ranked[count]);
        return (ranked.Take(count), (score - nextScore) / (slope + nextSlope));
    }

    private double[] Mix(NaiveFamily m, string scope, double[] row, (int Expert, double Weight)[] chosen)
    {
        var result = new double[row.Length];
        foreach ((int expert, double weight) in chosen)
        {
            double[] read = WeighsInput ? Array.ConvertAll(row, value => value * weight) : row;
            double[] each = m.Linear(scope + "ffn_down_exps", Inner(m, scope, read, expert), expert);
            double share = (WeighsInput ? 1 : weight) * (m.Holds(scope + "ffn_down_exps.scale") ? m.Vector(scope + "ffn_down_exps.scale")[expert] : 1);
            for (int i = 0; i < result.Length; i++)
                result[i] += share * each[i];
        }
        return result;
    }

    private double[] Inner(NaiveFamily m, string scope, double[] row, int expert)
    {
        Func<double, double, double> combine = Combine ?? ((gate, up) => up * Activation(gate));
        if (m.Holds(scope + "ffn_gate_up_exps.weight"))
        {
            double[] both = m.Linear(scope + "ffn_gate_up_exps", row, expert);
            return [.. both.Zip(both.Skip(both.Length / 2), combine)];
        }
        double[] up = m.Linear(scope + "ffn_up_exps", row, expert);
        return m.Holds(scope + "ffn_gate_exps.weight")
            ? [.. m.Linear(scope + "ffn_gate_exps", row, expert).Zip(up, combine)] : Array.ConvertAll(up, u => Activation(u));
    }

    /// <summary>An expert, what it is chosen by, and how much that grows with its logit.</summary>
    private readonly record struct Candidate(int Expert, double Score, double Slope);
}
