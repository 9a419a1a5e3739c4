using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>
/// Layers with a state as their papers define them, token by token in doubles: the short convolutions of LFM2 (Liquid AI 2025), Mamba
/// (Gu and Dao 2023), Mamba 2 (Dao and Gu 2024), gated delta nets (Yang et al. 2024). Which a layer is shows in its tensors.
/// </summary>
internal sealed class NaiveRecurrentModel(GgufFile file, int contextSize) : NaiveModel(file, contextSize)
{
    private int Inner => Int("ssm.inner_size");

    private int States => Int("ssm.state_size");

    private int Rank => Int("ssm.time_step_rank");

    private int Groups => Int("ssm.group_count");

    protected override double[][] Mix(string scope, double[][] h) =>
        Has(scope + "shortconv.conv.weight") ? Convolve(scope, h)
        : Has(scope + "ssm_x.weight") ? Scan(scope, h)
        : Has(scope + "ssm_ba.weight") ? CorrectByDeltas(scope, h)
        : Has(scope + "ssm_in.weight") ? ScanHeads(scope, h)
        : base.Mix(scope, h);

    private double[][] Convolve(string scope, double[][] h)
    {
        int n = h[0].Length;
        double[][] all = Linear(h, scope + "shortconv.in_proj");
        double[][] gated = Array.ConvertAll(all, row => row[..n].Zip(row[(2 * n)..], (b, x) => b * x).ToArray());
        double[][] mixed = Causal(gated, scope + "shortconv.conv");
        return Linear([.. mixed.Zip(all, (row, gates) => row.Zip(gates[n..(2 * n)], (x, c) => x * c).ToArray())], scope + "shortconv.out_proj");
    }

    /// <summary>Algorithm 2 of the paper with the discretization of its section 3.6.</summary>
    private double[][] Scan(string scope, double[][] h)
    {
        int inner = Inner, states = States;
        double[][] all = Linear(h, scope + "ssm_in");
        double[][] x = Silu(Causal(Part(all, 0, inner), scope + "ssm_conv1d"));
        double[][] selected = Linear(x, scope + "ssm_x");
        double[][] timeStep = Linear(Selected(scope + "ssm_dt_norm", Part(selected, 0, Rank)), scope + "ssm_dt");
        double[][] b = Selected(scope + "ssm_b_norm", Part(selected, Rank, states)), c = Selected(scope + "ssm_c_norm", Part(selected, Rank + states, states));
        double[] a = Weights(scope + "ssm_a"), d = Weights(scope + "ssm_d");
        var state = new double[inner, states];
        var y = new double[h.Length][];
        for (int t = 0; t < h.Length; t++)
        {
            y[t] = new double[inner];
            for (int channel = 0; channel < inner; channel++)
            {
                double delta = Softplus(timeStep[t][channel]), sum = d[channel] * x[t][channel];
                for (int s = 0; s < states; s++)
                {
                    state[channel, s] = (Math.Exp(delta * a[(channel * states) + s]) * state[channel, s]) + (delta * b[t][s] * x[t][channel]);
                    sum += c[t][s] * state[channel, s];
                }
                y[t][channel] = sum * Silu(all[t][inner + channel]);
            }
        }
        return Linear(y, scope + "ssm_out");
    }

    /// <summary>Jamba's norms have weights, Falcon Mamba's have none.</summary>
    private double[][] Selected(string name, double[][] x) => Has(name + ".weight") ? Norm(x, name + ".weight")
        : Flag("ssm.dt_b_c_rms") ? Array.ConvertAll(x, row => Norm(row, [.. Enumerable.Repeat(1.0, row.Length)]))
        : x;

    private double[][] ScanHeads(string scope, double[][] h)
    {
        int inner = Inner, states = States, heads = Rank, length = inner / heads, shared = Groups * states;
        double[][] all = Linear(h, scope + "ssm_in");
        double[][] mixed = Silu(Causal(Part(all, inner, inner + (2 * shared)), scope + "ssm_conv1d"));
        double[] a = Weights(scope + "ssm_a"), d = Weights(scope + "ssm_d"), bias = Weights(scope + "ssm_dt.bias"), norm = Weights(scope + "ssm_norm.weight");
        var state = new double[inner, states];
        var y = new double[h.Length][];
        for (int t = 0; t < h.Length; t++)
        {
            y[t] = new double[inner];
            for (int channel = 0; channel < inner; channel++)
            {
                int head = channel / length, group = head / (heads / Groups);
                double delta = Softplus(all[t][(2 * inner) + (2 * shared) + head] + bias[head]), x = mixed[t][channel], sum = d[head] * x;
                for (int s = 0; s < states; s++)
                {
                    state[channel, s] = (Math.Exp(delta * a[head]) * state[channel, s]) + (delta * mixed[t][inner + (group * states) + s] * x);
                    sum += mixed[t][inner + shared + (group * states) + s] * state[channel, s];
                }
                y[t][channel] = sum * Silu(all[t][channel]);
            }
            for (int start = 0; start < inner; start += inner / Groups)
                Norm(y[t].AsSpan(start, inner / Groups), norm[start..(start + (inner / Groups))]).CopyTo(y[t], start);
        }
        return Linear(y, scope + "ssm_out");
    }

    /// <summary>Equation 10 of the paper: S = S (exp(g) (I - beta k k^T)) + beta v k^T, written by what S is wrong about at k.</summary>
    private double[][] CorrectByDeltas(string scope, double[][] h)
    {
        int inner = Inner, key = States, heads = Rank, length = inner / heads, each = heads / Groups, keys = Groups * key;
        bool isFused = Has(scope + "ssm_in.weight");
        double[][] fused = isFused ? Linear(h, scope + "ssm_in") : [];
        double[][] mixed = Silu(Causal(isFused ? OfHeads(fused, (0, key), (key, key), (2 * key, each * length)) : Linear(h, scope + "attn_qkv"), scope + "ssm_conv1d"));
        double[][] gates = isFused ? OfHeads(fused, ((2 * key) + (each * length), each * length)) : Linear(h, scope + "attn_gate");
        double[][] ba = Linear(h, scope + "ssm_ba");
        double[] a = Weights(scope + "ssm_a"), bias = Weights(scope + "ssm_dt.bias"), norm = Weights(scope + "ssm_norm.weight");
        var states = new double[heads][,];
        var y = new double[h.Length][];
        for (int t = 0; t < h.Length; t++)
        {
            y[t] = new double[inner];
            for (int head = 0; head < heads; head++)
            {
                int group = head / each, first = (group * 2 * each) + (head % each);
                double[] q = Unit(mixed[t].AsSpan(group * key, key)), k = Unit(mixed[t].AsSpan(keys + (group * key), key));
                double beta = 1 / (1 + Math.Exp(-ba[t][first])), decay = Math.Exp(a[head] * Softplus(ba[t][first + each] + bias[head]));
                double[] read = Correct(states[head] ??= new double[length, key], decay, beta, q, k, mixed[t].AsSpan((2 * keys) + (head * length), length));
                double[] normed = Norm(read, norm);
                for (int i = 0; i < length; i++)
                    y[t][(head * length) + i] = normed[i] * Silu(gates[t][(head * length) + i]);
            }
        }
        return Linear(y, scope + "ssm_out");
    }

    /// <summary>Some parts of every key head's stretch of a row: the first part of all of them, then the second.</summary>
    private double[][] OfHeads(double[][] x, params (int First, int Width)[] parts) => Array.ConvertAll(x, row => parts
        .SelectMany(part => row.Chunk(row.Length / Groups).SelectMany(head => head.Skip(part.First).Take(part.Width))).ToArray());

    private static double[] Correct(double[,] state, double decay, double beta, double[] q, double[] k, ReadOnlySpan<double> v)
    {
        var read = new double[v.Length];
        for (int j = 0; j < v.Length; j++)
        {
            double known = 0;
            for (int i = 0; i < k.Length; i++)
                known += (state[j, i] *= decay) * k[i];
            for (int i = 0; i < k.Length; i++)
            {
                state[j, i] += beta * (v[j] - known) * k[i];
                read[j] += state[j, i] * q[i] / Math.Sqrt(k.Length);
            }
        }
        return read;
    }

    private double[] Unit(ReadOnlySpan<double> x)
    {
        double squares = 0;
        foreach (double value in x)
            squares += value * value;
        double scale = 1 / Math.Sqrt(squares + Epsilon);
        return Array.ConvertAll(x.ToArray(), value => value * scale);
    }

    private double[][] Causal(double[][] x, string name)
    {
        double[] weight = Weights(name + ".weight");
        double[]? bias = Has(name + ".bias") ? Weights(name + ".bias") : null;
        int taps = weight.Length / x[0].Length;
        var result = new double[x.Length][];
        for (int t = 0; t < x.Length; t++)
        {
            result[t] = new double[x[t].Length];
            for (int channel = 0; channel < x[t].Length; channel++)
            {
                double sum = bias?[channel] ?? 0;
                for (int back = 0; back < taps && back <= t; back++)
                    sum += weight[(channel * taps) + taps - 1 - back] * x[t - back][channel];
                result[t][channel] = sum;
            }
        }
        return result;
    }

    private double[][] Linear(double[][] x, string name) => Array.ConvertAll(x, row => Linear(row, name + ".weight", name + ".bias"));

    private static double[][] Part(double[][] x, int first, int width) => Array.ConvertAll(x, row => row[first..(first + width)]);

    private static double[][] Silu(double[][] x) => Array.ConvertAll(x, row => Array.ConvertAll(row, Silu));

    private static double Silu(double x) => x / (1 + Math.Exp(-x));

    private static double Softplus(double x) => Math.Log(1 + Math.Exp(x));
}
