namespace LlamaInterop.Tests.Models.Families;

/// <summary>
/// Latent attention (DeepSeek-AI 2024) unfolded: every head's key is a plain part made from the latent row and a rotated part that all
/// heads share; its value is made from the latent row. The file has their matrices by head, or one for all.
/// </summary>
internal sealed record NaiveLatentAttention(int Heads, int Plain, int Rotated, int ValueLength, int Rank, NaiveAttention Attention)
{
    /// <param name="f">The family.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="queryRank">Elements of the row that queries are made from; 0 where they are made from the layer's.</param>
    /// <param name="unfolded">Whether one matrix makes keys and values of all heads.</param>
    public IEnumerable<TinyTensor> Tensors(TinyFamily f, int layer, int queryRank, bool unfolded = false)
    {
        string scope = $"blk.{layer}.attn_";
        TinyTensor[] byHead =
        [
            new TinyTensor(scope + "k_b.weight", [Plain, Rank, Heads], 1 / Math.Sqrt(Rank)),
            new TinyTensor(scope + "v_b.weight", [Rank, ValueLength, Heads], 1 / Math.Sqrt(Rank)),
        ];
        TinyTensor[] lowRankQuery =
        [
            TinyTensor.Matrix(scope + "q_a", f.Embedding, queryRank),
            TinyTensor.Norm(scope + "q_a_norm", queryRank),
            TinyTensor.Matrix(scope + "q_b", queryRank, Heads * (Plain + Rotated)),
        ];
        return
        [
            .. queryRank == 0 ? [TinyTensor.Matrix(scope + "q", f.Embedding, Heads * (Plain + Rotated))] : lowRankQuery,
            TinyTensor.Matrix(scope + "kv_a_mqa", f.Embedding, Rank + Rotated),
            TinyTensor.Norm(scope + "kv_a_norm", Rank),
            .. unfolded ? [TinyTensor.Matrix(scope + "kv_b", Rank, Heads * (Plain + ValueLength))] : byHead,
            TinyTensor.Matrix(scope + "output", Heads * ValueLength, f.Embedding),
        ];
    }

    public double[][] Forward(NaiveFamily m, int layer, double[][] h)
    {
        string scope = $"blk.{layer}.attn_";
        double[][] q = m.Holds(scope + "q.weight") ? m.Linear(scope + "q", h) : m.Linear(scope + "q_b", m.Norm(scope + "q_a_norm", m.Linear(scope + "q_a", h)));
        double[][] latent = m.Linear(scope + "kv_a_mqa", h), row = m.Norm(scope + "kv_a_norm", NaiveFamily.Columns(latent, 0, Rank));
        double[][] shared = NaiveFamily.Turn(NaiveFamily.Columns(latent, Rank, Rotated), Attention, Rotated);
        double[][]? unfolded = m.Holds(scope + "kv_b.weight") ? m.Linear(scope + "kv_b", row) : null;
        var queries = Array.ConvertAll(h, _ => new List<double>());
        var keys = Array.ConvertAll(h, _ => new List<double>());
        var values = Array.ConvertAll(h, _ => new List<double>());
        for (int head = 0; head < Heads; head++)
        {
            double[][] part = NaiveFamily.Columns(q, head * (Plain + Rotated), Plain + Rotated);
            double[][] turned = NaiveFamily.Turn(NaiveFamily.Columns(part, Plain, Rotated), Attention, Rotated);
            for (int position = 0; position < h.Length; position++)
            {
                queries[position].AddRange([.. part[position].Take(Plain), .. turned[position]]);
                Span<double> own = unfolded is null ? [] : unfolded[position].AsSpan(head * (Plain + ValueLength), Plain + ValueLength);
                keys[position].AddRange([.. unfolded is null ? Key(m.Vector(scope + "k_b.weight"), head, row[position]) : own[..Plain], .. shared[position]]);
                values[position].AddRange(unfolded is null ? m.Linear(scope + "v_b", row[position], head) : own[Plain..]);
            }
        }
        return m.Linear(scope + "output", NaiveFamily.Mix(Rows(queries), Rows(keys), Rows(values), Heads, Heads, Attention));
    }

    /// <summary>The file has a head's key matrix transposed.</summary>
    private double[] Key(double[] matrices, int head, double[] row) =>
        [.. Enumerable.Range(0, Plain).Select(i => Enumerable.Range(0, Rank).Sum(r => matrices[(((head * Rank) + r) * Plain) + i] * row[r]))];

    private static double[][] Rows(List<double>[] rows) => Array.ConvertAll(rows, row => row.ToArray());
}
