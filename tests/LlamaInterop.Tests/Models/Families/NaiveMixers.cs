namespace LlamaInterop.Tests.Models.Families;

/// <summary>Layers with a state, row by row as their papers define them.</summary>
internal static class NaiveMixers
{
    /// <summary>A causal convolution of every channel by itself.</summary>
    public static double[][] Convolve(NaiveFamily m, string name, double[][] x)
    {
        double[] weight = m.Vector(name + ".weight");
        int channels = x[0].Length, kernel = weight.Length / channels;
        double Bias(int channel) => m.Holds(name + ".bias") ? m.Vector(name + ".bias")[channel] : 0;
        double At(int position, int channel) => Enumerable.Range(0, kernel)
            .Where(i => position - kernel + 1 + i >= 0).Sum(i => weight[(channel * kernel) + i] * x[position - kernel + 1 + i][channel]);
        return [.. x.Select((_, position) => Enumerable.Range(0, channels).Select(channel => At(position, channel) + Bias(channel)).ToArray())];
    }

    /// <summary>LFM2's short convolution: out(c · conv(b · x)).</summary>
    public static double[][] ShortConvolution(NaiveFamily m, int layer, double[][] h)
    {
        string scope = $"blk.{layer}.shortconv.";
        int n = h[0].Length;
        double[][] all = m.Linear(scope + "in_proj", h);
        double[][] gated = NaiveFamily.Zip(NaiveFamily.Columns(all, 0, n), NaiveFamily.Columns(all, 2 * n, n), (b, x) => b * x);
        return m.Linear(scope + "out_proj", NaiveFamily.Zip(NaiveFamily.Columns(all, n, n), Convolve(m, scope + "conv", gated), (c, x) => c * x));
    }

    /// <summary>Mamba 2 (Dao and Gu 2024): S = exp(A dt) S + dt x B; y = S C + D x.</summary>
    public static double[][] Mamba2(NaiveFamily m, int layer, double[][] h, int inner, int heads, int groups, int state)
    {
        string scope = $"blk.{layer}.ssm_";
        int shared = groups * state, length = inner / heads;
        double[][] all = m.Linear(scope + "in", h);
        double[][] mixed = NaiveFamily.Map(Convolve(m, scope + "conv1d", NaiveFamily.Columns(all, inner, inner + (2 * shared))), NaiveFamily.Silu);
        double[] bias = m.Vector(scope + "dt.bias"), a = m.Vector(scope + "a"), d = m.Vector(scope + "d");
        var s = new double[inner, state];
        var result = new double[h.Length][];
        for (int position = 0; position < h.Length; position++)
        {
            result[position] = new double[inner];
            for (int channel = 0; channel < inner; channel++)
            {
                int head = channel / length, start = inner + (head / (heads / groups) * state);
                double dt = NaiveFamily.SoftPlus(all[position][(2 * inner) + (2 * shared) + head] + bias[head]), x = mixed[position][channel];
                double y = d[head] * x;
                for (int i = 0; i < state; i++)
                {
                    s[channel, i] = (Math.Exp(a[head] * dt) * s[channel, i]) + (dt * x * mixed[position][start + i]);
                    y += s[channel, i] * mixed[position][start + shared + i];
                }
                result[position][channel] = y * NaiveFamily.Silu(all[position][channel]);
            }
        }
        return m.Linear(scope + "out", NormGroups(m, scope + "norm.weight", result, inner / groups));
    }

    private static double[][] NormGroups(NaiveFamily m, string name, double[][] x, int width)
    {
        double[] weight = m.Vector(name);
        double Scale(double[] row, int i) => 1 / Math.Sqrt(row.Skip(i / width * width).Take(width).Average(value => value * value) + m.Family.Epsilon);
        return Array.ConvertAll(x, row => row.Select((value, i) => value * Scale(row, i) * weight[i]).ToArray());
    }

    /// <summary>
    /// The gated delta rule (Yang et al. 2024): S = exp(g) S; S += beta (v - S k) k; y = S q / √(key length), with q and k of length 1, value
    /// heads tiled over the key heads, and the result normed and gated per head.
    /// </summary>
    public static double[][] GatedDelta(NaiveFamily m, int layer, double[][] h, int keyHeads, int heads, int length)
    {
        string scope = $"blk.{layer}.";
        int keys = keyHeads * length, inner = heads * length;
        double[][] mixed = NaiveFamily.Map(Convolve(m, scope + "ssm_conv1d", m.Linear(scope + "attn_qkv", h)), NaiveFamily.Silu);
        double[][] beta = NaiveFamily.Map(m.Linear(scope + "ssm_beta", h), NaiveFamily.Sigmoid), alpha = m.Linear(scope + "ssm_alpha", h);
        double[] bias = m.Vector(scope + "ssm_dt.bias"), a = m.Vector(scope + "ssm_a");
        var states = new double[heads, length, length];
        var result = new double[h.Length][];
        for (int position = 0; position < h.Length; position++)
        {
            result[position] = new double[inner];
            for (int head = 0; head < heads; head++)
            {
                double[] q = Unit(mixed[position].AsSpan(head % keyHeads * length, length), m.Family.Epsilon);
                double[] k = Unit(mixed[position].AsSpan(keys + (head % keyHeads * length), length), m.Family.Epsilon);
                double decay = Math.Exp(a[head] * NaiveFamily.SoftPlus(alpha[position][head] + bias[head]));
                for (int j = 0; j < length; j++)
                {
                    double seen = Enumerable.Range(0, length).Sum(i => decay * states[head, j, i] * k[i]);
                    double error = beta[position][head] * (mixed[position][(2 * keys) + (head * length) + j] - seen);
                    for (int i = 0; i < length; i++)
                    {
                        states[head, j, i] = (decay * states[head, j, i]) + (error * k[i]);
                        result[position][(head * length) + j] += states[head, j, i] * q[i] / Math.Sqrt(length);
                    }
                }
            }
        }
        double[][] gate = NaiveFamily.Map(m.Linear(scope + "attn_gate", h), NaiveFamily.Silu);
        return m.Linear(scope + "ssm_out", NaiveFamily.Zip(m.NormParts(scope + "ssm_norm", result), gate, (y, z) => y * z));
    }

    private static double[] Unit(ReadOnlySpan<double> x, double epsilon)
    {
        double squares = epsilon;
        foreach (double value in x)
            squares += value * value;
        return Array.ConvertAll(x.ToArray(), value => value / Math.Sqrt(squares));
    }
}
