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
        double[][] result = [.. read.Select((row, position) => Mix(m, scope, row, logits[position]))];
        if (m.Holds(scope + "ffn_latent_up.weight"))
            result = m.Linear(scope + "ffn_latent_up", result);
        if (!m.Holds(scope + "ffn_up_shexp.weight"))
            return result;
        double[][] shared = m.FeedForward(layer, h, Activation, "_shexp");
        if (m.Holds(scope + "ffn_gate_inp_shexp.weight"))
            shared = [.. shared.Zip(m.Linear(scope + "ffn_gate_inp_shexp", h), (row, gate) => Array.ConvertAll(row, value => value * NaiveFamily.Sigmoid(gate[0])))];
        return NaiveFamily.Add(result, shared);
    }

    private double[] Mix(NaiveFamily m, string scope, double[] row, double[] logits)
    {
        double sum = logits.Sum(Math.Exp);
        double[] probabilities = Array.ConvertAll(logits, logit => Sigmoid ? NaiveFamily.Sigmoid(logit) : Math.Exp(logit) / sum);
        double[] scores = m.Holds(scope + "exp_probs_b.bias") ? [.. probabilities.Zip(m.Vector(scope + "exp_probs_b.bias"), (p, b) => p + b)] : probabilities;
        int[] chosen = [.. Allowed(scores).OrderByDescending(expert => scores[expert]).Take(Used)];
        double total = Renormalize ? chosen.Sum(expert => probabilities[expert]) : 1;
        var result = new double[row.Length];
        foreach (int expert in chosen)
        {
            double[] each = m.Linear(scope + "ffn_down_exps", Inner(m, scope, row, expert), expert);
            double weight = probabilities[expert] / total * Scale * (m.Holds(scope + "ffn_down_exps.scale") ? m.Vector(scope + "ffn_down_exps.scale")[expert] : 1);
            for (int i = 0; i < result.Length; i++)
                result[i] += weight * each[i];
        }
        return result;
    }

    private double[] Inner(NaiveFamily m, string scope, double[] row, int expert)
    {
        if (m.Holds(scope + "ffn_gate_up_exps.weight"))
        {
            double[] both = m.Linear(scope + "ffn_gate_up_exps", row, expert);
            return [.. both.Skip(both.Length / 2).Zip(both, (u, g) => u * Activation(g))];
        }
        double[] up = m.Linear(scope + "ffn_up_exps", row, expert);
        return m.Holds(scope + "ffn_gate_exps.weight")
            ? [.. up.Zip(m.Linear(scope + "ffn_gate_exps", row, expert), (u, g) => u * Activation(g))] : Array.ConvertAll(up, u => Activation(u));
    }

    private IEnumerable<int> Allowed(double[] scores)
    {
        int size = scores.Length / Groups;
        IEnumerable<int> groups = Enumerable.Range(0, Groups)
            .OrderByDescending(group => scores.Skip(group * size).Take(size).OrderDescending().Take(2).Sum()).Take(GroupsUsed);
        return groups.SelectMany(group => Enumerable.Range(group * size, size));
    }
}
