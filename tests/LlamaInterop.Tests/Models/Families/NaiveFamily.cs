using System.Runtime.InteropServices;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Models.Families;

/// <summary>Which elements of a head turn together (Su et al. 2021).</summary>
internal enum Pairs
{
    None,
    Neighbours,
    Halves,
}

/// <summary>The attention of a layer as its definition states it.</summary>
internal sealed record NaiveAttention(Pairs Pairs)
{
    /// <summary>Elements of a head; 0 for the family's.</summary>
    public int KeyLength { get; init; }

    /// <summary>Rotated elements; 0 for all.</summary>
    public int Rotated { get; init; }

    public double Base { get; init; } = 10000;

    /// <summary>Factor of a pair's frequency.</summary>
    public Func<int, double> FrequencyFactor { get; init; } = _ => 1;

    /// <summary>Factor of scores; 0 for 1/√(key length).</summary>
    public double Scale { get; init; }

    /// <summary>Positions seen, the own included; 0 for all before.</summary>
    public int Window { get; init; }

    /// <summary>Max bias of ALiBi; 0 for none.</summary>
    public double AlibiMaxBias { get; init; }

    /// <summary>c of c·tanh(score / c); 0 for none.</summary>
    public double SoftCap { get; init; }

    /// <summary>Factor of a query at a position.</summary>
    public Func<int, double> Temperature { get; init; } = _ => 1;

    /// <summary>Whether the rows of the query matrix hold a gate of its result behind every head.</summary>
    public bool Gated { get; init; }

    /// <summary>Whether values are normed without weights, head by head.</summary>
    public bool NormsValues { get; init; }

    /// <summary>The layer whose keys and values are read; null for the own.</summary>
    public int? KeysOf { get; init; }
}

/// <summary>
/// What definitions of architectures are made of, in plain loops and doubles over whole sequences: nothing here is the engine's. Biases,
/// norms of heads and fused matrices are used where the file has them.
/// </summary>
internal sealed class NaiveFamily
{
    private readonly TinyFamily _family;
    private readonly Dictionary<string, (double[] Values, int Width, int Rows)> _tensors = [];
    private readonly Dictionary<int, (double[][] Keys, double[][] Values)> _kept = [];

    public NaiveFamily(TinyFamily family, GgufFile file)
    {
        _family = family;
        foreach (GgufTensorInfo tensor in file.Tensors)
        {
            float[] values = MemoryMarshal.Cast<byte, float>(file.TensorSpan(tensor)).ToArray();
            _tensors[tensor.Name] = (Array.ConvertAll(values, value => (double)value), (int)tensor.Dimension(0), (int)tensor.Dimension(1));
        }
    }

    public TinyFamily Family => _family;

    public int[] Tokens { get; private set; } = [];

    /// <summary>The rows that the first layer gets.</summary>
    public double[][] Embedded { get; private set; } = [];

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double Silu(double x) => x * Sigmoid(x);

    public static double SoftPlus(double x) => Math.Log(1 + Math.Exp(x));

    public static double Gelu(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    /// <summary>Logits of every position.</summary>
    public double[][] Logits(int[] tokens)
    {
        Tokens = tokens;
        double[][] x = Embedded = Map(Rows("token_embd", tokens), _family.Embed);
        for (int layer = 0; layer < _family.Layers; layer++)
            x = _family.Layer(this, layer, x);
        return Map(Linear(_family.Tied ? "token_embd" : "output", Norm(_family.FinalNorm, x)), _family.Logit);
    }

    /// <summary>x += attend(norm(x)); x += feedForward(norm(x)).</summary>
    public double[][] PreNorm(int layer, double[][] x, Func<double[][], double[][]> attend, Func<double[][], double[][]> feedForward)
    {
        x = Add(x, attend(Norm($"blk.{layer}.attn_norm", x)));
        return Add(x, feedForward(Norm($"blk.{layer}.ffn_norm", x)));
    }

    /// <summary>The rows of a table that tokens choose.</summary>
    public double[][] Rows(string table, int[] tokens)
    {
        (double[] values, int width, _) = _tensors[table + ".weight"];
        return Array.ConvertAll(tokens, token => values.AsSpan(token * width, width).ToArray());
    }

    /// <summary>Rows divided by the root mean square of every stretch of <paramref name="width"/>.</summary>
    public double[][] NormPlain(double[][] x, int width) => Array.ConvertAll(x, row => row.Chunk(width)
        .SelectMany(part => part.Select(value => value / Math.Sqrt(part.Average(v => v * v) + _family.Epsilon))).ToArray());

    public bool Holds(string tensor) => _tensors.ContainsKey(tensor);

    public double[] Vector(string tensor) => _tensors[tensor].Values;

    public static double[][] Add(double[][] a, double[][] b) => Zip(a, b, (left, right) => left + right);

    public static double[][] Zip(double[][] a, double[][] b, Func<double, double, double> combine) =>
        [.. a.Zip(b, (left, right) => left.Zip(right, combine).ToArray())];

    public static double[][] Map(double[][] x, Func<double, double> map) => Array.ConvertAll(x, row => Array.ConvertAll(row, value => map(value)));

    public static double[][] Columns(double[][] x, int first, int count) => Array.ConvertAll(x, row => row.AsSpan(first, count).ToArray());

    /// <summary>Rows times a matrix, plus the bias where there is one.</summary>
    public double[][] Linear(string name, double[][] x) => Array.ConvertAll(x, row => Linear(name, row, 0));

    /// <summary>The same of matrix <paramref name="index"/> of several.</summary>
    public double[] Linear(string name, double[] x, int index)
    {
        (double[] w, int width, int rows) = _tensors[name + ".weight"];
        Assert.That(x, Has.Length.EqualTo(width), name);
        var y = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < width; i++)
                y[row] += w[(((index * rows) + row) * width) + i] * x[i];
        }
        return _tensors.TryGetValue(name + ".bias", out var bias) ? [.. y.Zip(bias.Values, (a, b) => a + b)] : y;
    }

    /// <summary>The family's norm of rows.</summary>
    public double[][] Norm(string name, double[][] x) => Array.ConvertAll(x, row => Norm(name, row));

    private double[] Norm(string name, double[] row)
    {
        double mean = _family.LayerNorms ? row.Average() : 0;
        double scale = 1 / Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + _family.Epsilon);
        double[] weight = Vector(name + ".weight");
        double[]? bias = _tensors.GetValueOrDefault(name + ".bias").Values;
        return [.. row.Select((value, i) => ((value - mean) * scale * weight[i]) + (bias?[i] ?? 0))];
    }

    /// <summary>Norms every stretch of the weight's length; rows as they are where there is no weight.</summary>
    public double[][] NormParts(string name, double[][] x) => !Holds(name + ".weight") ? x
        : Array.ConvertAll(x, row => row.Chunk(Vector(name + ".weight").Length).SelectMany(part => Norm(name, part)).ToArray());

    /// <summary>down(act(gate(h)) · up(h)), or down(act(up(h))) where there is no gate.</summary>
    public double[][] FeedForward(int layer, double[][] h, Func<double, double> activation, string suffix = "")
    {
        string scope = $"blk.{layer}.ffn_";
        double[][] up = Linear(scope + "up" + suffix, h);
        double[][] inner = Holds($"{scope}gate{suffix}.weight") ? Zip(Map(Linear(scope + "gate" + suffix, h), activation), up, (g, u) => g * u) : Map(up, activation);
        return Linear(scope + "down" + suffix, inner);
    }

    /// <summary>Multi-head attention (Vaswani et al. 2017) with grouped keys and values (Ainslie et al. 2023).</summary>
    public double[][] Attend(int layer, double[][] h, NaiveAttention a)
    {
        string scope = $"blk.{layer}.attn_";
        int heads = _family.HeadsOf(layer), kvHeads = _family.KvHeadsOf(layer), length = a.KeyLength == 0 ? _family.KeyLength : a.KeyLength, group = heads / kvHeads;
        (double[][] q, double[][] k, double[][] v) = Project(layer, h, a, (heads * length, kvHeads * length));
        double[][]? gate = Holds(scope + "gate.weight") ? Linear(scope + "gate", h) : null;
        if (a.Gated)
            (q, gate) = (Alternate(q, length, 0), Alternate(q, length, 1));
        q = Turn(NormParts(scope + "q_norm", q), a, length);
        var result = new double[h.Length][];
        for (int position = 0; position < h.Length; position++)
        {
            result[position] = new double[heads * length];
            for (int head = 0; head < heads; head++)
            {
                double[] shares = Shares(a, head, heads, position, q[position].AsSpan(head * length, length).ToArray(), k, head / group * length);
                for (int seen = 0; seen <= position; seen++)
                {
                    for (int i = 0; i < length; i++)
                        result[position][(head * length) + i] += shares[seen] * v[seen][(head / group * length) + i];
                }
            }
        }
        return Linear(scope + "output", gate is null ? result : Zip(result, gate, (value, z) => value * Sigmoid(z)));
    }

    private (double[][] Q, double[][] K, double[][] V) Project(int layer, double[][] h, NaiveAttention a, (int Q, int Kv) widths)
    {
        string scope = $"blk.{layer}.attn_";
        double[][] q, k, v;
        if (Holds(scope + "qkv.weight"))
        {
            double[][] all = Linear(scope + "qkv", h);
            (q, k, v) = (Columns(all, 0, widths.Q), Columns(all, widths.Q, widths.Kv), Columns(all, widths.Q + widths.Kv, widths.Kv));
        }
        else
        {
            q = Linear(scope + "q", h);
            if (a.KeysOf is { } other)
                return (q, _kept[other].Keys, _kept[other].Values);
            k = Linear(scope + "k", h);
            v = Holds(scope + "v.weight") ? Linear(scope + "v", h) : k;
        }
        int length = a.KeyLength == 0 ? _family.KeyLength : a.KeyLength;
        _kept[layer] = (Turn(NormParts(scope + "k_norm", k), a, length), a.NormsValues ? NormPlain(v, length) : v);
        return (q, _kept[layer].Keys, _kept[layer].Values);
    }

    /// <summary>Every second stretch of each row.</summary>
    private static double[][] Alternate(double[][] x, int length, int first) =>
        Array.ConvertAll(x, row => row.Chunk(length).Where((_, i) => i % 2 == first).SelectMany(part => part).ToArray());

    /// <summary>The softmax over all positions up to this one that the window leaves.</summary>
    private double[] Shares(NaiveAttention a, int head, int heads, int position, double[] query, double[][] keys, int keyStart)
    {
        double scale = (a.Scale == 0 ? 1 / Math.Sqrt(query.Length) : a.Scale) * a.Temperature(position);
        double slope = a.AlibiMaxBias == 0 ? 0 : AlibiSlope(head, heads, a.AlibiMaxBias);
        var shares = new double[position + 1];
        for (int seen = 0; seen <= position; seen++)
        {
            double score = scale * query.Select((value, i) => value * keys[seen][keyStart + i]).Sum();
            score = a.SoftCap == 0 ? score : a.SoftCap * Math.Tanh(score / a.SoftCap);
            bool hidden = a.Window > 0 && position - seen >= a.Window;
            shares[seen] = hidden ? 0 : Math.Exp(score + (slope * (seen - position)));
        }
        double sum = shares.Sum();
        return Array.ConvertAll(shares, share => share / sum);
    }

    /// <summary>Press et al. 2022: a geometric sequence for a power of two; for other counts also every second one of twice that power's.</summary>
    private static double AlibiSlope(int head, int heads, double maxBias)
    {
        int power = (int)Math.Pow(2, Math.Floor(Math.Log2(heads)));
        return head < power ? Math.Pow(2, -maxBias * (head + 1) / power) : Math.Pow(2, -maxBias / 2 * ((2 * (head - power)) + 1) / power);
    }

    /// <summary>Rotates every head of every row by its position.</summary>
    private static double[][] Turn(double[][] x, NaiveAttention a, int length)
    {
        int rotated = a.Rotated == 0 ? length : a.Rotated;
        double[][] result = Map(x, value => value);
        for (int position = 0; position < x.Length && a.Pairs != Pairs.None; position++)
        {
            for (int start = 0; start < x[position].Length; start += length)
            {
                for (int pair = 0; pair < rotated / 2; pair++)
                {
                    (int first, int second) = a.Pairs == Pairs.Neighbours ? (start + (2 * pair), start + (2 * pair) + 1) : (start + pair, start + pair + (rotated / 2));
                    double angle = position * Math.Pow(a.Base, -2.0 * pair / rotated) * a.FrequencyFactor(pair);
                    (double u, double v) = (x[position][first], x[position][second]);
                    result[position][first] = (u * Math.Cos(angle)) - (v * Math.Sin(angle));
                    result[position][second] = (u * Math.Sin(angle)) + (v * Math.Cos(angle));
                }
            }
        }
        return result;
    }
}
