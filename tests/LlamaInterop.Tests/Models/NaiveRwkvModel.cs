using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>RWKV 6 (Peng et al. 2024), RWKV 7 (Peng et al. 2025) and ARWKV 7 token by token in doubles, as the papers' equations have them.</summary>
internal sealed class NaiveRwkvModel(GgufFile file, int contextSize) : NaiveModel(file, contextSize)
{
    private const double HeadNormEpsilon = 64e-5;
    private double[][] _firstValues = [];

    private int HeadSize => Int("wkv.head_size");

    protected override double[][] Layer(int layer, double[][] x)
    {
        string scope = $"blk.{layer}.";
        double[][] h = Norm(x, scope + "attn_norm.weight");
        x = Sum(x, Has(scope + "time_mix_decay_w1.weight") ? TimeMix6(scope + "time_mix_", h) : TimeMix7(scope + "time_mix_", layer, h));
        x = Sum(x, Has(scope + "ffn_up.weight") ? FeedForward(scope, Norm(x, scope + "ffn_norm.weight"))
            : ChannelMix(scope + "channel_mix_", Norm(x, scope + "attn_norm_2.weight")));
        int every = Has(scope + "time_mix_decay_w1.weight") ? Int("rescale_every_n_layers") : 0;
        return every > 0 && (layer + 1) % every == 0 ? Array.ConvertAll(x, row => Array.ConvertAll(row, value => value / 2)) : x;
    }

    private double[][] ChannelMix(string scope, double[][] h)
    {
        double[][] key = Matrix(Lerp(h, Weights(scope + "lerp_k.weight")), scope + "key");
        double[][] value = Matrix(Map(key, k => k > 0 ? k * k : 0), scope + "value");
        return Has(scope + "receptance.weight") ? Product(value, Map(Matrix(Lerp(h, Weights(scope + "lerp_r.weight")), scope + "receptance"), Sigmoid)) : value;
    }

    private double[][] TimeMix6(string scope, double[][] h)
    {
        double[][] inner = Map(Matrix(Lerp(h, Weights(scope + "lerp_x.weight")), scope + "w1"), Math.Tanh);
        double[][] Input(int index, string name) => Lerp(h, (t, i) => PartOf(scope, name, index, i) + Correction(scope, inner[t], index, i, h[t].Length));
        double[][] r = Matrix(Input(3, "r"), scope + "receptance"), k = Matrix(Input(1, "k"), scope + "key"), v = Matrix(Input(2, "v"), scope + "value");
        double[][] rate = Matrix(Map(Matrix(Input(0, "w"), scope + "decay_w1"), Math.Tanh), scope + "decay_w2");
        double[] offset = Weights(scope + "decay.weight"), first = Weights(scope + "first.weight");
        var y = new double[h.Length][];
        var state = new double[h[0].Length, HeadSize];                     // of v's element j, k's element i of the same head
        for (int t = 0; t < h.Length; t++)
        {
            y[t] = new double[h[t].Length];
            for (int j = 0; j < y[t].Length; j++)
            {
                for (int i = 0; i < HeadSize; i++)
                {
                    int other = (j / HeadSize * HeadSize) + i;
                    double product = k[t][other] * v[t][j];
                    y[t][j] += r[t][other] * (state[j, i] + (first[other] * product));
                    state[j, i] = (Math.Exp(-Math.Exp(rate[t][other] + offset[other])) * state[j, i]) + product;
                }
            }
        }
        double[][] gate = Map(Matrix(Input(4, "g"), scope + "gate"), g => g * Sigmoid(g));
        return Matrix(Product(NormHeads(scope, y), gate), scope + "output");
    }

    private double PartOf(string scope, string name, int index, int i) =>
        Has($"{scope}lerp_{name}.weight") ? Weights($"{scope}lerp_{name}.weight")[i] : Fused(scope, index)[i];

    private double Correction(string scope, double[] inner, int index, int i, int width)
    {
        int rank = inner.Length / 5;
        ReadOnlySpan<double> w2 = Weights(scope + "w2.weight").AsSpan(((index * width) + i) * rank, rank);
        double sum = 0;
        for (int r = 0; r < rank; r++)
            sum += w2[r] * inner[(index * rank) + r];
        return sum;
    }

    private double[][] TimeMix7(string scope, int layer, double[][] h)
    {
        double[][] Input(int index) => Lerp(h, Fused(scope, index).ToArray());
        double[][] r = Matrix(Input(0), scope + "receptance"), k = Matrix(Input(2), scope + "key"), v = Matrix(Input(3), scope + "value");
        double[][] decay = Map(LowRank(scope + "w", Input(1), Math.Tanh), w => Math.Exp(-Math.Exp(-0.5) * Sigmoid(w)));
        double[][] rate = Map(LowRank(scope + "a", Input(4), x => x), Sigmoid);
        if (layer == 0)
            _firstValues = v;
        else
            v = Sum(v, Product(Map(LowRank(scope + "v", Input(3), x => x), Sigmoid), Sum(_firstValues, Map(v, x => -x))));
        double[] keyWeight = Weights(scope + "k_k.weight"), rateWeight = Weights(scope + "k_a.weight"), bonus = Weights(scope + "r_k.weight");
        double[][] removed = Array.ConvertAll(k, row => UnitHeads([.. row.Zip(keyWeight, (a, b) => a * b)]));
        double[][] added = [.. k.Select((row, t) => row.Select((value, i) => value * (1 + ((rate[t][i] - 1) * rateWeight[i]))).ToArray())];
        double[][] mixed = NormHeads(scope, Replace(r, decay, added, v, removed, rate));
        for (int t = 0; t < h.Length; t++)
        {
            for (int i = 0; i < h[t].Length; i++)
            {
                int head = i / HeadSize * HeadSize;
                mixed[t][i] += v[t][i] * Enumerable.Range(head, HeadSize).Sum(j => r[t][j] * added[t][j] * bonus[j]);
            }
        }
        return Matrix(Has(scope + "g1.weight") ? Product(mixed, LowRank(scope + "g", Input(5), Sigmoid)) : mixed, scope + "output");
    }

    /// <summary>S = S (diag(w) - removed^T (rate removed)) + v^T added, read at r.</summary>
    private double[][] Replace(double[][] r, double[][] decay, double[][] added, double[][] v, double[][] removed, double[][] rate)
    {
        var state = new double[v[0].Length, HeadSize];
        var y = new double[v.Length][];
        for (int t = 0; t < v.Length; t++)
        {
            y[t] = new double[v[t].Length];
            for (int j = 0; j < v[t].Length; j++)
            {
                int head = j / HeadSize * HeadSize;
                double known = Enumerable.Range(0, HeadSize).Sum(i => state[j, i] * removed[t][head + i]);
                for (int i = 0; i < HeadSize; i++)
                {
                    int other = head + i;
                    state[j, i] = (decay[t][other] * state[j, i]) - (known * removed[t][other] * rate[t][other]) + (added[t][other] * v[t][j]);
                    y[t][j] += r[t][other] * state[j, i];
                }
            }
        }
        return y;
    }

    private double[] UnitHeads(double[] x) => [.. x.Chunk(HeadSize).SelectMany(head =>
    {
        double length = Math.Max(Math.Sqrt(head.Sum(value => value * value)), 1e-12);
        return head.Select(value => value / length);
    })];

    private double[][] NormHeads(string scope, double[][] x) => Has(scope + "ln.weight") ? Array.ConvertAll(x, row => row.Chunk(HeadSize).SelectMany((head, i) => LayerNorm(
        head, Weights(scope + "ln.weight").AsSpan(i * HeadSize, HeadSize), Weights(scope + "ln.bias").AsSpan(i * HeadSize, HeadSize), HeadNormEpsilon)).ToArray()) : x;

    private double[][] LowRank(string name, double[][] x, Func<double, double> activation)
    {
        double[][] y = Matrix(Map(Matrix(x, name + "1"), activation), name + "2");
        return Has(name + "0.weight") ? Array.ConvertAll(y, row => row.Zip(Weights(name + "0.weight"), (a, b) => a + b).ToArray()) : y;
    }

    private ReadOnlySpan<double> Fused(string scope, int index)
    {
        int width = Int("embedding_length");
        return Weights(scope + "lerp_fused.weight").AsSpan(index * width, width);
    }

    private static double[][] Lerp(double[][] h, double[] part) => Lerp(h, (_, i) => part[i]);

    /// <summary>Every row plus parts of what the one before has more; before the first are zeros.</summary>
    private static double[][] Lerp(double[][] h, Func<int, int, double> part) =>
        [.. h.Select((row, t) => row.Select((value, i) => value + (part(t, i) * ((t == 0 ? 0 : h[t - 1][i]) - value))).ToArray())];

    private double[][] Matrix(double[][] x, string name) => Array.ConvertAll(x, row => Linear(row, name + ".weight", name + ".bias"));

    private static double[][] Product(double[][] a, double[][] b) => [.. a.Zip(b, (left, right) => left.Zip(right, (l, r) => l * r).ToArray())];

    private static double[][] Map(double[][] x, Func<double, double> f) => Array.ConvertAll(x, row => Array.ConvertAll(row, value => f(value)));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
