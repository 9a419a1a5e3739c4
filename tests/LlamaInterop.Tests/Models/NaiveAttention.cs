using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>Multi-head attention (Vaswani et al. 2017) with grouped keys and values (Ainslie et al. 2023), without a cache.</summary>
internal sealed class NaiveAttention
{
    private readonly GgufMetadata _metadata;
    private readonly NaiveWeights _weights;
    private readonly Dialect _dialect;
    private readonly double[]? _ropeFactors;
    private readonly int _heads, _kvHeads, _keyLength, _valueLength, _window;
    private readonly double _scale;

    public NaiveAttention(GgufMetadata metadata, NaiveWeights weights, Dialect dialect, int contextSize)
    {
        int Int(string key) => metadata.GetInt32($"{dialect.Architecture}.{key}");
        _metadata = metadata;
        _weights = weights;
        _dialect = dialect;
        (_heads, _kvHeads, _window) = (Int("attention.head_count"), Int("attention.head_count_kv"), Int("attention.sliding_window"));
        (_keyLength, _valueLength) = (Int("attention.key_length"), Int("attention.value_length"));
        _scale = dialect.ScoreScale(Int("embedding_length"), _heads, _keyLength);
        int original = metadata.GetInt32OrDefault($"{dialect.Architecture}.rope.scaling.original_context_length", Int("context_length"));
        _ropeFactors = weights.Find("rope_freqs.weight") ?? weights.Find(contextSize > original ? "rope_factors_long.weight" : "rope_factors_short.weight");
    }

    public double[][] Forward(int layer, double[][] h)
    {
        string scope = $"blk.{layer}.";
        (double[] Q, double[] K, double[] V)[] rows = [.. h.Select((row, position) => Project(layer, row, position))];
        double[][] mixed = [.. Enumerable.Range(0, h.Length).Select(position => Mix(layer, rows, position))];
        if (_dialect.InnerNorms)
            mixed = _weights.Norm(mixed, scope + "attn_sub_norm");
        return Array.ConvertAll(mixed, row => _weights.Linear(row, scope + "attn_output"));
    }

    private (double[] Query, double[] Key, double[] Value) Project(int layer, double[] row, int position)
    {
        string scope = $"blk.{layer}.";
        double[] all = _dialect.FusedQkv ? _weights.Linear(row, scope + "attn_qkv")
            : [.. _weights.Linear(row, scope + "attn_q"), .. _weights.Linear(row, scope + "attn_k"), .. _weights.Linear(row, scope + "attn_v")];
        all = Array.ConvertAll(all, x => Math.Clamp(x, -_dialect.Clamp, _dialect.Clamp));
        int q = _heads * _keyLength, k = _kvHeads * _keyLength;
        return (Placed(layer, "attn_q_norm", all[..q], position), Placed(layer, "attn_k_norm", all[q..(q + k)], position), all[(q + k)..]);
    }

    /// <summary>Heads normed and rotated.</summary>
    private double[] Placed(int layer, string norm, double[] heads, int position)
    {
        string name = $"blk.{layer}.{norm}";
        bool isNormed = _weights.Has(name + ".weight");
        int span = _dialect.HeadNorms == HeadNormSpan.Projection ? heads.Length : _keyLength;
        if (isNormed && !_dialect.HeadNormsBehindRotation)
            _weights.NormStretches(heads, span, name);
        bool isUnscaled = _dialect.OwnRopeInWindows && _window > 0 && _dialect.IsWindowed(layer);
        for (int start = 0; start < heads.Length && _dialect.IsPlaced(layer, _window); start += _keyLength)
            NaiveRotary.Rotate(_metadata, heads.AsSpan(start, _keyLength), position, _ropeFactors, _dialect.Neighbours, isUnscaled);
        if (isNormed && _dialect.HeadNormsBehindRotation)
            _weights.NormStretches(heads, span, name);
        return heads;
    }

    private double[] Mix(int layer, (double[] Query, double[] Key, double[] Value)[] rows, int position)
    {
        var mixed = new double[_heads * _valueLength];
        for (int head = 0; head < _heads; head++)
        {
            int kvHead = head / (_heads / _kvHeads);
            double[] shares = Shares(layer, head, rows, position, kvHead);
            for (int seen = 0; seen <= position; seen++)
            {
                for (int i = 0; i < _valueLength; i++)
                    mixed[(head * _valueLength) + i] += shares[seen] * rows[seen].Value[(kvHead * _valueLength) + i];
            }
        }
        return mixed;
    }

    /// <summary>The softmax over all positions up to this one that the window leaves.</summary>
    private double[] Shares(int layer, int head, (double[] Query, double[] Key, double[] Value)[] rows, int position, int kvHead)
    {
        bool isWindowed = _window > 0 && _dialect.IsWindowed(layer);
        var shares = new double[position + 1];
        for (int seen = 0; seen <= position; seen++)
        {
            double dot = 0;
            for (int i = 0; i < _keyLength; i++)
                dot += rows[position].Query[(head * _keyLength) + i] * rows[seen].Key[(kvHead * _keyLength) + i];
            double score = Capped(dot * _scale, _dialect.ScoreCap);
            if (_dialect.Positions == Positions.Alibi)
                score += AlibiSlope(head) * (seen - position);
            shares[seen] = isWindowed && position - seen >= _window ? 0 : Math.Exp(score);
        }
        double sum = shares.Sum();
        return Array.ConvertAll(shares, share => share / sum);
    }

    /// <summary>x kept within the cap, which 0 leaves out (Bello et al. 2017).</summary>
    public static double Capped(double x, double cap) => cap == 0 ? x : cap * Math.Tanh(x / cap);

    /// <summary>
    /// Press et al. 2022: a geometric sequence from 2^(-8/n) for n heads, a power of two; for other counts, that of the next lower power
    /// and then every second one of twice that power's.
    /// </summary>
    private double AlibiSlope(int head)
    {
        int power = 1;
        while (power * 2 <= _heads)
            power *= 2;
        return head < power ? Math.Pow(2, -8.0 * (head + 1) / power) : Math.Pow(2, -4.0 * ((2 * (head - power)) + 1) / power);
    }
}
