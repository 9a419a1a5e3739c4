using LlamaInterop.Gguf;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Models;

/// <summary>
/// The forward pass of a decoder in plain loops and doubles, without a cache, over dequantized weights, with attention where a model with
/// recurrent layers has it; <see cref="NaiveDecoder"/> has the dense models. Written from the papers and the GGUF specification, sharing
/// nothing with the engine but the dequantization.
/// </summary>
internal class NaiveModel
{
    private readonly GgufFile _file;
    private readonly int _contextSize;
    private readonly Dictionary<string, double[]> _weights = [];
    private readonly string _arch;

    /// <param name="file">The model.</param>
    /// <param name="contextSize">Decides between the factors of longrope.</param>
    public NaiveModel(GgufFile file, int contextSize)
    {
        _file = file;
        _contextSize = contextSize;
        _arch = file.Metadata.GetString("general.architecture");
        foreach (GgufTensorInfo tensor in file.Tensors)
        {
            var values = new float[tensor.Dimensions.ToArray().Aggregate((a, b) => a * b)];
            Kernels.Dequantize((LkType)tensor.Type, file.TensorSpan(tensor), values);
            _weights[tensor.Name] = Array.ConvertAll(values, value => (double)value);
        }
    }

    /// <summary>Moves every weight up or down by a share of itself: how much the logits then move is how well the model is conditioned.</summary>
    public void Jitter(double share)
    {
        var random = new Random(1);
        foreach (double[] values in _weights.Values)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] *= random.Next(2) == 0 ? 1 + share : 1 - share;
        }
    }

    /// <summary>Logits of every position.</summary>
    public double[][] Logits(int[] tokens)
    {
        int embedding = Int("embedding_length");
        double[][] x = Array.ConvertAll(tokens, token => _weights["token_embd.weight"].AsSpan(token * embedding, embedding).ToArray());
        if (Has("token_embd_norm.weight") && Has("output_norm.weight"))
            x = Norm(x, "token_embd_norm.weight");
        for (int layer = 0; layer < Int("block_count"); layer++)
            x = Layer(layer, x);
        string output = FirstOf("output.weight", "token_embd.weight")!;
        return Array.ConvertAll(Norm(x, FirstOf("output_norm.weight", "token_embd_norm.weight")!), row => Linear(row, output, "output.bias"));
    }

    protected double Epsilon => _file.Metadata.GetFloatOrDefault($"{_arch}.attention.layer_norm_rms_epsilon", _file.Metadata.GetFloatOrDefault($"{_arch}.attention.layer_norm_epsilon", 0));

    protected virtual double[][] Layer(int layer, double[][] x)
    {
        string scope = $"blk.{layer}.";
        x = Sum(x, Mix(scope, Norm(x, scope + "attn_norm.weight")));
        string? norm = FirstOf(scope + "ffn_norm.weight", scope + "post_attention_norm.weight");
        return norm is null ? x : Sum(x, FeedForward(scope, Norm(x, norm)));
    }

    /// <summary>What a layer does to its normed rows.</summary>
    protected virtual double[][] Mix(string scope, double[][] h) => Attend(scope, h);

    protected bool Has(string name) => _weights.ContainsKey(name);

    protected double[] Weights(string name) => _weights[name];

    private string? FirstOf(params string[] names) => Array.Find(names, Has);

    /// <summary>Multi-head attention (Vaswani et al. 2017) with grouped keys and values (Ainslie et al. 2023).</summary>
    private double[][] Attend(string scope, double[][] h)
    {
        int keyLength = Int("attention.key_length"), valueLength = Int("attention.value_length");
        int heads = Int("attention.head_count"), kvHeads = _weights[scope + "attn_k.weight"].Length / h[0].Length / keyLength;
        double[][] q = Project(scope, "attn_q", h, keyLength), k = Project(scope, "attn_k", h, keyLength);
        double[][] v = Array.ConvertAll(h, row => Linear(row, scope + "attn_v.weight", scope + "attn_v.bias"));
        var result = new double[h.Length][];
        for (int position = 0; position < h.Length; position++)
        {
            var mixed = new double[heads * valueLength];
            for (int head = 0; head < heads; head++)
            {
                int kvHead = head / (heads / kvHeads);
                double[] shares = Shares(position, q[position].AsSpan(head * keyLength, keyLength), k, kvHead * keyLength);
                for (int seen = 0; seen <= position; seen++)
                {
                    for (int i = 0; i < valueLength; i++)
                        mixed[(head * valueLength) + i] += shares[seen] * v[seen][(kvHead * valueLength) + i];
                }
            }
            result[position] = Linear(mixed, scope + "attn_output.weight", scope + "attn_output.bias");
        }
        return result;
    }

    /// <summary>The softmax over all positions up to this one that the window leaves.</summary>
    private double[] Shares(int position, ReadOnlySpan<double> query, double[][] keys, int keyStart)
    {
        int window = Int("attention.sliding_window");
        var shares = new double[position + 1];
        for (int seen = 0; seen <= position; seen++)
        {
            double dot = 0;
            for (int i = 0; i < query.Length; i++)
                dot += query[i] * keys[seen][keyStart + i];
            bool hidden = window > 0 && position - seen >= window;
            shares[seen] = hidden ? 0 : Math.Exp(dot / Math.Sqrt(query.Length));
        }
        double sum = shares.Sum();
        return Array.ConvertAll(shares, share => share / sum);
    }

    private bool HasNoPositions => _arch == "jamba";

    private double[][] Project(string scope, string name, double[][] h, int headLength)
    {
        var result = new double[h.Length][];
        for (int position = 0; position < h.Length; position++)
        {
            double[] row = result[position] = Linear(h[position], $"{scope}{name}.weight", $"{scope}{name}.bias");
            for (int start = 0; start < row.Length; start += headLength)
            {
                Span<double> head = row.AsSpan(start, headLength);
                if (_weights.TryGetValue($"{scope}{name}_norm.weight", out double[]? norm))
                    Norm(head, norm).CopyTo(head);
                if (!HasNoPositions)
                    NaiveRotary.Rotate(_file.Metadata, head, position, Factors(), neighbours: false, unscaled: false);
            }
        }
        return result;
    }

    private double[]? Factors()
    {
        int original = _file.Metadata.GetInt32OrDefault($"{_arch}.rope.scaling.original_context_length", Int("context_length"));
        string scaled = _contextSize > original ? "rope_factors_long.weight" : "rope_factors_short.weight";
        return _weights.GetValueOrDefault("rope_freqs.weight") ?? _weights.GetValueOrDefault(scaled);
    }

    /// <summary>SwiGLU (Shazeer 2020).</summary>
    protected double[][] FeedForward(string scope, double[][] h) => Array.ConvertAll(h, row =>
    {
        double[] gate = Linear(row, scope + "ffn_gate.weight", scope + "ffn_gate.bias");
        double[] up = Linear(row, scope + "ffn_up.weight", scope + "ffn_up.bias");
        double[] product = [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)];
        return Linear(product, scope + "ffn_down.weight", scope + "ffn_down.bias");
    });

    protected double[] Linear(double[] x, string matrix, string bias)
    {
        double[] w = _weights[matrix];
        var y = new double[w.Length / x.Length];
        for (int row = 0; row < y.Length; row++)
        {
            for (int i = 0; i < x.Length; i++)
                y[row] += w[(row * x.Length) + i] * x[i];
        }
        return _weights.TryGetValue(bias, out double[]? b) ? [.. y.Zip(b, (a, c) => a + c)] : y;
    }

    /// <summary>A layer norm (Ba et al. 2016) where there is a bias, else an RMS norm.</summary>
    protected double[][] Norm(double[][] x, string weight) => Array.ConvertAll(x, row =>
        _weights.TryGetValue(weight.Replace(".weight", ".bias"), out double[]? bias) ? LayerNorm(row, _weights[weight], bias, Epsilon) : Norm(row, _weights[weight]));

    protected static double[] LayerNorm(ReadOnlySpan<double> x, ReadOnlySpan<double> weight, ReadOnlySpan<double> bias, double epsilon)
    {
        double mean = 0, squares = 0;
        foreach (double value in x)
            mean += value / x.Length;
        foreach (double value in x)
            squares += (value - mean) * (value - mean);
        var result = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
            result[i] = ((x[i] - mean) / Math.Sqrt((squares / x.Length) + epsilon) * weight[i]) + bias[i];
        return result;
    }

    /// <summary>RMS norm (Zhang and Sennrich 2019).</summary>
    protected double[] Norm(ReadOnlySpan<double> x, double[] weight)
    {
        double squares = 0;
        foreach (double value in x)
            squares += value * value;
        double scale = 1 / Math.Sqrt((squares / x.Length) + Epsilon);
        var result = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
            result[i] = x[i] * scale * weight[i];
        return result;
    }

    protected static double[][] Sum(double[][] a, double[][] b) =>
        [.. a.Zip(b, (left, right) => left.Zip(right, (l, r) => l + r).ToArray())];

    protected int Int(string key) => _file.Metadata.GetInt32($"{_arch}.{key}");

    protected bool Flag(string key) => _file.Metadata.GetBoolOrDefault($"{_arch}.{key}", false);
}
