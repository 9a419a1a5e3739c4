using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>Hidden states of given tokens, pooled in double precision.</summary>
internal static class Embedding
{
    /// <summary>How a model's file wants its hidden states pooled: <c>ARCH.pooling_type</c>, else the mean where all tokens see all, and the last token where only it does.</summary>
    /// <exception cref="ModelException">The file wants a ranking head's score, or an unknown kind.</exception>
    public static Pooling DefaultPooling(IModel model)
    {
        const string key = "pooling_type";
        HyperParameterReader keys = model.Parameters.Keys;
        if (!keys.Has(key))
            return model.NeedsWholeText || model is IEncoderDecoder ? Pooling.Mean : Pooling.Last;
        return keys.Size(key, min: 0, max: int.MaxValue) switch
        {
            0 => Pooling.None,
            1 => Pooling.Mean,
            2 => Pooling.Cls,
            3 => Pooling.Last,
            4 => throw keys.Wrong(keys.FullName(key), "is 4: the model is made to rank, not to embed; ask for a pooling to have its vectors (--pooling)"),
            int other => throw keys.Wrong(keys.FullName(key), $"is {other}, known are 0 (none), 1 (mean), 2 (cls) and 3 (last)"),
        };
    }

    /// <summary>[embedding] of all tokens together, or with <see cref="Pooling.None"/> [tokens, embedding].</summary>
    /// <exception cref="ModelException">A hidden state is not finite.</exception>
    public static float[] Run(ModelRunner runner, ReadOnlySpan<int> tokens, Pooling pooling, bool normalize, CancellationToken cancellationToken)
    {
        int width = runner.Model.Parameters.EmbeddingLength;
        var result = new float[pooling == Pooling.None ? checked(tokens.Length * width) : width];
        var sums = new double[width];
        ForEachRow(runner, tokens, pooling, (row, position) =>
        {
            RefuseInfinite(row, position);
            if (pooling == Pooling.None)
                row.CopyTo(result.AsSpan(position * width));
            else
                Add(row, sums);
        }, cancellationToken);
        if (pooling == Pooling.None)
            return result;
        double scale = ScaleOf(sums, pooling == Pooling.Mean ? tokens.Length : 1, normalize);
        for (int i = 0; i < width; i++)
            result[i] = (float)(sums[i] * scale);
        return result;
    }

    private static void ForEachRow(ModelRunner runner, ReadOnlySpan<int> tokens, Pooling pooling, LogitsReceiver receive, CancellationToken cancellationToken)
    {
        using var sequence = new Sequence(runner.Cache);
        Batch batch = runner.NewBatch(runner.Model is IEncoderDecoder ? Pass.Encoder : Pass.HiddenStates);
        for (int start = 0; start < tokens.Length; start += batch.TokenCapacity)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int end = Math.Min(start + batch.TokenCapacity, tokens.Length);
            batch.Clear();
            int index = batch.AddSequence(sequence);
            for (int t = start; t < end; t++)
                batch.Add(index, tokens[t], Takes(pooling, t, tokens.Length));
            runner.Run(batch);
            for (int o = 0; o < batch.OutputCount; o++)
                receive(runner.Output(o), start + batch.OutputRows[o]);
        }
    }

    private static void RefuseInfinite(ReadOnlySpan<float> row, int position)
    {
        foreach (float value in row)
        {
            if (!float.IsFinite(value))
                throw new ModelException($"the hidden state of token {position} is not finite: the model's weights are damaged");
        }
    }

    private static bool Takes(Pooling pooling, int position, int length) => pooling switch
    {
        Pooling.Cls => position == 0,
        Pooling.Last => position == length - 1,
        _ => true,
    };

    private static void Add(ReadOnlySpan<float> row, Span<double> sums)
    {
        for (int i = 0; i < row.Length; i++)
            sums[i] += row[i];
    }

    private static double ScaleOf(ReadOnlySpan<double> sums, int rows, bool normalize)
    {
        if (!normalize)
            return 1.0 / rows;
        double squares = 0;
        foreach (double sum in sums)
            squares += sum * sum;
        return squares > 0 ? 1 / Math.Sqrt(squares) : 0;
    }
}
