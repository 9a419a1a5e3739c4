using System.Runtime.InteropServices;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>
/// The models of <see cref="TinyStack"/> in plain loops and doubles, without a cache. Written from the papers and the GGUF names,
/// sharing nothing with the engine.
/// </summary>
internal sealed class NaiveStack
{
    private readonly Dictionary<string, double[]> _weights = [];
    private readonly string _arch;
    private readonly int _layers;

    public NaiveStack(GgufFile file)
    {
        _arch = file.Metadata.GetString("general.architecture");
        _layers = file.Metadata.GetInt32($"{_arch}.block_count");
        foreach (GgufTensorInfo tensor in file.Tensors)
            _weights[tensor.Name] = Array.ConvertAll(MemoryMarshal.Cast<byte, float>(file.TensorSpan(tensor)).ToArray(), value => (double)value);
    }

    private static int Embedding => TinyStack.Heads * TinyStack.KeyLength;

    /// <summary>The encoder's last hidden state of every token.</summary>
    public double[][] Hidden(int[] tokens)
    {
        if (_arch is "t5" or "t5encoder")
            return Stack("enc.", tokens, null);
        double[][] x = Norm(tokens.Select(Embed).ToArray(), "token_embd_norm");
        for (int layer = 0; layer < _layers; layer++)
            x = _arch == "modern-bert" ? PreNormed(layer, x) : PostNormed($"blk.{layer}.", x);
        return _arch == "modern-bert" ? Norm(x, "output_norm") : x;
    }

    /// <summary>T5's logits of every position of the decoder.</summary>
    public double[][] Logits(int[] encoderTokens, int[] tokens)
    {
        double[][] x = Stack("dec.", tokens, Hidden(encoderTokens));
        bool tied = !_weights.ContainsKey("output.weight");
        return tied ? Array.ConvertAll(x, row => Linear(Array.ConvertAll(row, value => value / Math.Sqrt(Embedding)), "token_embd"))
            : Array.ConvertAll(x, row => Linear(row, "output"));
    }

    private double[] Embed(int token, int position)
    {
        double[] row = Row("token_embd.weight", token);
        return _arch == "bert" ? Sum(Sum(row, Row("token_types.weight", 0)), Row("position_embd.weight", position)) : row;
    }

    /// <summary>Vaswani et al. 2017, as in BERT.</summary>
    private double[][] PostNormed(string scope, double[][] x)
    {
        (double[][] q, double[][] k, double[][] v) = Project(scope, x, 1000);
        x = Norm(Sum(x, Attend(q, k, v, 1 / Math.Sqrt(TinyStack.KeyLength), (_, _, _) => 0, scope + "attn_output")), scope + "attn_output_norm");
        double[][] fed = Array.ConvertAll(x, row => Linear(_arch == "bert" ? Array.ConvertAll(Linear(row, scope + "ffn_up"), Gelu)
            : Product(Array.ConvertAll(Linear(row, scope + "ffn_gate"), value => value / (1 + Math.Exp(-value))), Linear(row, scope + "ffn_up")), scope + "ffn_down"));
        return Norm(Sum(x, fed), scope + "layer_output_norm");
    }

    /// <summary>Warner et al. 2024: every third layer sees all, the others half a window to each side.</summary>
    private double[][] PreNormed(int layer, double[][] x)
    {
        string scope = $"blk.{layer}.";
        bool isWindowed = layer % 3 != 0;
        (double[][] q, double[][] k, double[][] v) = Project(scope, layer == 0 ? x : Norm(x, scope + "attn_norm"), isWindowed ? 500 : 1000);
        double Mask(int head, int query, int key) => isWindowed && Math.Abs(query - key) > TinyStack.Window / 2 ? double.NegativeInfinity : 0;
        x = Sum(x, Attend(q, k, v, 1 / Math.Sqrt(TinyStack.KeyLength), Mask, scope + "attn_output"));
        return Sum(x, Array.ConvertAll(Norm(x, scope + "ffn_norm"), row =>
        {
            double[] both = Linear(row, scope + "ffn_up");
            return Linear(Product(Array.ConvertAll(both[..TinyStack.FeedForward], Gelu), both[TinyStack.FeedForward..]), scope + "ffn_down");
        }));
    }

    /// <summary>Raffel et al. 2020; a decoder's stack attends to <paramref name="encoded"/>.</summary>
    private double[][] Stack(string stack, int[] tokens, double[][]? encoded)
    {
        double[][] x = Array.ConvertAll(tokens, token => Row("token_embd.weight", token));
        double[] biases = _weights[stack + "blk.0.attn_rel_b.weight"];
        for (int layer = 0; layer < _layers; layer++)
        {
            string scope = $"{stack}blk.{layer}.";
            double[][] h = Norm(x, scope + "attn_norm");
            x = Sum(x, Attend(scope + "attn", h, h, (head, query, key) => encoded is not null && key > query ? double.NegativeInfinity
                : biases[(Bucket(key - query, encoded is null) * TinyStack.Heads) + head]));
            if (encoded is not null)
                x = Sum(x, Attend(scope + "cross_attn", Norm(x, scope + "cross_attn_norm"), encoded, (_, _, _) => 0));
            x = Sum(x, Array.ConvertAll(Norm(x, scope + "ffn_norm"), row => Linear(Inner(scope, row), scope + "ffn_down")));
        }
        return Norm(x, stack + "output_norm");
    }

    private double[] Inner(string scope, double[] row)
    {
        double[] up = Linear(row, scope + "ffn_up");
        return _weights.ContainsKey(scope + "ffn_gate.weight") ? Product(Array.ConvertAll(Linear(row, scope + "ffn_gate"), GeluTanh), up)
            : Array.ConvertAll(up, value => Math.Max(0, value));
    }

    /// <summary>Half of the buckets for each direction, where there are two; half of a direction's are exact, the others grow in logarithms to 128.</summary>
    private static int Bucket(int distance, bool bothDirections)
    {
        int side = bothDirections ? TinyStack.Buckets / 2 : TinyStack.Buckets, exact = side / 2, start = bothDirections && distance > 0 ? side : 0;
        int apart = bothDirections ? Math.Abs(distance) : Math.Max(0, -distance);
        if (apart < exact)
            return start + apart;
        return start + Math.Min(side - 1, exact + (int)(Math.Log((double)apart / exact) / Math.Log(128.0 / exact) * (side - exact)));
    }

    private double[][] Attend(string name, double[][] h, double[][] seen, Func<int, int, int, double> bias) => Attend(
        Array.ConvertAll(h, row => Linear(row, name + "_q")), Array.ConvertAll(seen, row => Linear(row, name + "_k")),
        Array.ConvertAll(seen, row => Linear(row, name + "_v")), 1, bias, name + "_o");

    private double[][] Attend(double[][] q, double[][] k, double[][] v, double scale, Func<int, int, int, double> bias, string output)
    {
        var result = new double[q.Length][];
        for (int query = 0; query < q.Length; query++)
        {
            var mixed = new double[Embedding];
            for (int head = 0; head < TinyStack.Heads; head++)
            {
                int start = head * TinyStack.KeyLength, end = start + TinyStack.KeyLength;
                double[] shares = [.. k.Select((key, i) => Math.Exp((scale * Dot(q[query][start..end], key[start..end])) + bias(head, query, i)))];
                for (int key = 0; key < k.Length; key++)
                {
                    for (int i = start; i < end; i++)
                        mixed[i] += shares[key] / shares.Sum() * v[key][i];
                }
            }
            result[query] = Linear(mixed, output);
        }
        return result;
    }

    private (double[][] Query, double[][] Key, double[][] Value) Project(string scope, double[][] h, double theta)
    {
        double[][] all = Array.ConvertAll(h, row => _weights.ContainsKey(scope + "attn_qkv.weight") ? Linear(row, scope + "attn_qkv")
            : [.. Linear(row, scope + "attn_q"), .. Linear(row, scope + "attn_k"), .. Linear(row, scope + "attn_v")]);
        double[][] Part(int part) => Array.ConvertAll(all, row => row[(part * Embedding)..((part + 1) * Embedding)]);
        return _arch == "bert" ? (Part(0), Part(1), Part(2)) : (Rotated(Part(0), theta), Rotated(Part(1), theta), Part(2));
    }

    /// <summary>Su et al. 2021, the first half of a head with the second.</summary>
    private static double[][] Rotated(double[][] x, double theta) => [.. x.Select((row, position) =>
    {
        var turned = new double[row.Length];
        const int half = TinyStack.KeyLength / 2;
        for (int i = 0; i < row.Length; i++)
        {
            int at = i % TinyStack.KeyLength, pair = at % half;
            double angle = position * Math.Pow(theta, -2.0 * pair / TinyStack.KeyLength);
            turned[i] = (row[i] * Math.Cos(angle)) + ((at < half ? -row[i + half] : row[i - half]) * Math.Sin(angle));
        }
        return turned;
    })];

    private double[][] Norm(double[][] x, string name) => Array.ConvertAll(x, row =>
    {
        double mean = _arch is "t5" or "t5encoder" ? 0 : row.Average();
        double scale = 1 / Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + 1e-5f);
        double[] normed = Product(Array.ConvertAll(row, value => (value - mean) * scale), _weights[name + ".weight"]);
        return _weights.TryGetValue(name + ".bias", out double[]? bias) ? Sum(normed, bias) : normed;
    });

    private double[] Linear(double[] x, string name)
    {
        double[] w = _weights[name + ".weight"];
        var y = new double[w.Length / x.Length];
        for (int row = 0; row < y.Length; row++)
            y[row] = Dot(w.AsSpan(row * x.Length, x.Length), x);
        return _weights.TryGetValue(name + ".bias", out double[]? bias) ? Sum(y, bias) : y;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static double GeluTanh(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    private static double Gelu(double x) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    /// <summary>The series around 0 (Abramowitz and Stegun 7.1.6), whose terms are all of one sign.</summary>
    private static double Erf(double x)
    {
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
            sum += term *= 2 * x * x / ((2 * n) + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private double[] Row(string table, int row) => _weights[table].AsSpan(row * Embedding, Embedding).ToArray();

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left + right)];

    private static double[][] Sum(double[][] a, double[][] b) => [.. a.Zip(b, Sum)];

    private static double[] Product(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left * right)];
}
