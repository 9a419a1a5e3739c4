using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>
/// The forward pass of dense decoders in plain loops and doubles, without a cache, over dequantized weights. Written from the papers and
/// the GGUF specification, sharing nothing with the engine but the dequantization.
/// </summary>
internal sealed class NaiveDecoder
{
    private readonly Dialect _dialect;
    private readonly NaiveWeights _weights;
    private readonly NaiveAttention _attention;
    private readonly int _layers, _embedding;

    /// <param name="file">The model.</param>
    /// <param name="contextSize">Decides between the factors of longrope.</param>
    /// <param name="dialect">How its architecture departs from Llama.</param>
    public NaiveDecoder(GgufFile file, int contextSize, Dialect dialect)
    {
        _dialect = dialect;
        _weights = new NaiveWeights(file, dialect);
        _attention = new NaiveAttention(file.Metadata, _weights, dialect, contextSize);
        _layers = file.Metadata.GetInt32($"{dialect.Architecture}.block_count");
        _embedding = file.Metadata.GetInt32($"{dialect.Architecture}.embedding_length");
    }

    /// <summary>Logits of every position.</summary>
    public double[][] Logits(int[] tokens)
    {
        double[][] x = [.. tokens.Select(Embed)];
        if (_dialect.EmbeddingNorm)
            x = _weights.Norm(x, "token_embd_norm");
        for (int layer = 0; layer < _layers; layer++)
            x = Layer(layer, x);
        return Array.ConvertAll(_weights.Norm(x, "output_norm"), row => Logits(_weights.Linear(row, "output", "token_embd")));
    }

    private double[] Embed(int token, int position)
    {
        double[] row = Array.ConvertAll(_weights.Row("token_embd.weight", token, _embedding), value => value * _dialect.EmbeddingScale(_embedding));
        return _dialect.Positions == Positions.Learned ? Sum(row, _weights.Row("position_embd.weight", position, _embedding)) : row;
    }

    private double[] Logits(double[] row) =>
        Array.ConvertAll(row, value => NaiveAttention.Capped(value * _dialect.LogitScale(_embedding), _dialect.LogitCap));

    private double[][] Layer(int layer, double[][] x)
    {
        string scope = $"blk.{layer}.";
        bool isNormedBefore = _dialect.Norms != NormPlace.Behind, isNormedBehind = _dialect.Norms != NormPlace.Before;
        double[][] h = isNormedBefore ? _weights.Norm(x, scope + _dialect.AttentionNorm) : x;
        double[][] mixed = _attention.Forward(layer, h);
        if (isNormedBehind)
            mixed = _weights.Norm(mixed, scope + "post_attention_norm");
        double[][] y = Residual(x, mixed);
        if (_dialect.HasFeedForwardNorm)
            h = _weights.Norm(_dialect.SideBySide ? x : y, scope + _dialect.FeedForwardNorm);
        else if (!_dialect.SideBySide)
            h = y;
        double[][] f = FeedForward(scope, h);
        if (isNormedBehind)
            f = _weights.Norm(f, scope + "post_ffw_norm");
        return Residual(y, f);
    }

    private double[][] Residual(double[][] x, double[][] added) =>
        [.. x.Zip(added, (row, more) => Sum(row, Array.ConvertAll(more, value => value * _dialect.ResidualScale(_layers))))];

    /// <summary>A gated feed-forward (Shazeer 2020) or one without a gate (Vaswani et al. 2017).</summary>
    private double[][] FeedForward(string scope, double[][] h)
    {
        double[][] inner = Array.ConvertAll(h, row => Inner(scope, row));
        if (_dialect.InnerNorms)
            inner = _weights.Norm(inner, scope + "ffn_sub_norm");
        return Array.ConvertAll(inner, row => _weights.Linear(row, scope + "ffn_down"));
    }

    private double[] Inner(string scope, double[] row)
    {
        double[] up = _weights.Linear(row, scope + "ffn_up");
        if (!_dialect.Gated)
            return Array.ConvertAll(up, value => _dialect.Activation(value));
        int half = up.Length / 2;
        double[] gate = _dialect.FusedGate ? up[..half] : _weights.Linear(row, scope + "ffn_gate");
        return [.. gate.Zip(_dialect.FusedGate ? up[half..] : up, (g, u) => _dialect.Activation(g) * u)];
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left + right)];
}
