namespace LlamaInterop.Sampling;

/// <summary>The best log-probabilities of a row of logits, before any sampler.</summary>
public static class LogProbabilities
{
    /// <summary>Writes the tokens of the highest log-probability, in falling order, ties to the lower id. Allocates nothing.</summary>
    /// <param name="logits">A row of logits; a NaN counts as negative infinity.</param>
    /// <param name="best">Receives token ids and natural logarithms of their probability (softmax over the whole row).</param>
    /// <returns>How many were written: the smaller of the two lengths.</returns>
    /// <exception cref="SamplingException">No logit is above negative infinity.</exception>
    public static int Top(ReadOnlySpan<float> logits, Span<(int Id, float LogProbability)> best)
    {
        double logSum = LogSum(logits);
        best = best[..Math.Min(best.Length, logits.Length)];
        int filled = 0;
        for (int id = 0; id < logits.Length && best.Length > 0; id++)
        {
            var entry = (id, float.IsNaN(logits[id]) ? float.NegativeInfinity : logits[id]);
            if (filled < best.Length)
                RaiseLast(best[..++filled], entry);
            else if (IsBetter(entry, best[0]))
                SinkFirst(best, entry);
        }
        for (int left = filled - 1; left > 0; left--)
        {
            var worst = best[0];
            SinkFirst(best[..left], best[left]);
            best[left] = worst;
        }
        foreach (ref var entry in best)
            entry.LogProbability = entry.LogProbability == logSum ? 0 : (float)(entry.LogProbability - logSum);
        return filled;
    }

    private static double LogSum(ReadOnlySpan<float> logits)
    {
        float best = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            if (logit > best)
                best = logit;
        }
        if (float.IsNegativeInfinity(best))
            throw new SamplingException($"no log-probabilities: none of the {logits.Length} logits is above -inf");
        double sum = 0;
        foreach (float logit in logits)
        {
            if (!float.IsNaN(logit))
                sum += Candidates.Weight(logit, best);
        }
        return best + RepeatableMath.Log(sum);
    }

    private static bool IsBetter((int Id, float Logit) a, (int Id, float Logit) b) =>
        a.Logit > b.Logit || (a.Logit == b.Logit && a.Id < b.Id);

    /// <summary>Puts an entry at the end of a heap whose worst entry comes first, and moves it up to its place.</summary>
    private static void RaiseLast(Span<(int Id, float Logit)> heap, (int Id, float Logit) entry)
    {
        int hole = heap.Length - 1;
        while (hole > 0 && IsBetter(heap[(hole - 1) / 2], entry))
        {
            heap[hole] = heap[(hole - 1) / 2];
            hole = (hole - 1) / 2;
        }
        heap[hole] = entry;
    }

    /// <summary>Replaces the heap's first entry and moves the new one down to its place.</summary>
    private static void SinkFirst(Span<(int Id, float Logit)> heap, (int Id, float Logit) entry)
    {
        int hole = 0;
        while (true)
        {
            int child = (2 * hole) + 1;
            if (child + 1 < heap.Length && IsBetter(heap[child], heap[child + 1]))
                child++;
            if (child >= heap.Length || !IsBetter(entry, heap[child]))
                break;
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = entry;
    }
}
