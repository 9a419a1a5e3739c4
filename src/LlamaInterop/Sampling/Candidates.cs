namespace LlamaInterop.Sampling;

/// <summary>The tokens that may still be chosen at one position: parallel columns of id, logit and probability.</summary>
/// <remarks>
/// The columns are allocated once, by the constructor, for a whole vocabulary (20 bytes a token); nothing here allocates afterwards.
/// Copies of the struct share the columns. No logit is NaN. A logit of negative infinity is an excluded candidate: it is
/// counted, as llama.cpp counts it, but never selected.
/// </remarks>
public struct Candidates
{
    private readonly int[] _ids;
    private readonly float[] _logits;
    private readonly float[] _probabilities;
    private readonly ulong[] _keys;
    private int _selected;

    /// <summary>Allocates the columns for a vocabulary of <paramref name="vocabularySize"/> tokens.</summary>
    public Candidates(int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        _ids = new int[vocabularySize];
        _logits = new float[vocabularySize];
        _probabilities = new float[vocabularySize];
        _keys = new ulong[vocabularySize + CandidateSelection.Slack];
        _selected = -1;
    }

    /// <summary>The vocabulary size that the columns were allocated for.</summary>
    public readonly int Capacity => _ids.Length;

    /// <summary>How many candidates are left.</summary>
    public int Count { get; private set; }

    /// <summary>How many candidates at the front are the best ones in falling order (ties: lower id first).</summary>
    public int SortedCount { get; private set; }

    /// <summary>Whether candidate i is token i: nothing has been dropped or moved yet.</summary>
    public bool InVocabularyOrder { get; private set; }

    /// <summary>The token ids of the candidates.</summary>
    public readonly ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>The logits of the candidates. After writing to them call <see cref="LogitsChanged"/>.</summary>
    public readonly Span<float> Logits => _logits.AsSpan(0, Count);

    /// <summary>Whether any candidate is left that is not excluded.</summary>
    public readonly bool AnyLeft => LogitRow.Highest(Logits) > float.NegativeInfinity;

    /// <summary>The probabilities of the candidates: valid from <see cref="Softmax"/> until anything else is changed.</summary>
    public readonly ReadOnlySpan<float> Probabilities => _probabilities.AsSpan(0, Count);

    /// <summary>The chosen token's id, or -1 while none is chosen.</summary>
    public readonly int SelectedId => _selected < 0 ? -1 : _ids[_selected];

    /// <summary>The chosen token's probability among the candidates that were left; 0 while none is chosen.</summary>
    public float SelectedProbability { get; private set; }

    /// <summary>Room for one key for each candidate and <see cref="CandidateSelection.Slack"/> more; any method may overwrite it.</summary>
    internal readonly Span<ulong> Keys => _keys;

    /// <summary>Starts a position: one candidate for each token, in vocabulary order. A NaN becomes negative infinity.</summary>
    /// <param name="logits">One logit for each token of the vocabulary.</param>
    /// <exception cref="ArgumentException">The row is not as long as the vocabulary.</exception>
    public void Load(ReadOnlySpan<float> logits)
    {
        if (logits.Length != Capacity)
            throw new ArgumentException($"a row of {logits.Length} logits for a vocabulary of {Capacity}", nameof(logits));
        LogitRow.CopyWithoutNaN(logits, _logits);
        LogitRow.FillAscending(_ids);
        Count = logits.Length;
        SortedCount = 0;
        InVocabularyOrder = true;
        _selected = -1;
        SelectedProbability = 0;
    }

    /// <summary>States that logits were written such that their order may have changed.</summary>
    public void LogitsChanged() => SortedCount = 0;

    /// <summary>Brings the <paramref name="count"/> best candidates to the front in falling order and keeps the others behind them.</summary>
    public void SortTop(int count)
    {
        count = Math.Min(count, Count);
        if (count <= SortedCount)
            return;
        CandidateSelection.SortTop(_keys, _ids.AsSpan(SortedCount, Count - SortedCount),
            _logits.AsSpan(SortedCount, Count - SortedCount), count - SortedCount);
        SortedCount = count;
        InVocabularyOrder = false;
    }

    /// <summary>Keeps the <paramref name="count"/> best candidates, in falling order.</summary>
    public void KeepTop(int count)
    {
        count = Math.Min(count, Count);
        if (count > SortedCount)
            CandidateSelection.KeepTop(_keys, _ids.AsSpan(0, Count), _logits.AsSpan(0, Count), count);
        InVocabularyOrder = false;
        Count = count;
        SortedCount = count;
    }

    /// <summary>Keeps the candidates whose logit is at least <paramref name="minimum"/>, in their present order.</summary>
    public void KeepAtLeast(float minimum)
    {
        int kept = 0;
        int sorted = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_logits[i] >= minimum)
                Move(i, ref kept, ref sorted);
        }
        Finish(kept, sorted);
    }

    /// <summary>Keeps the candidates at the given positions, in their present order.</summary>
    /// <param name="positions">Positions between 0 and <see cref="Count"/>, rising.</param>
    internal void KeepAt(ReadOnlySpan<ulong> positions)
    {
        int kept = 0;
        int sorted = 0;
        foreach (ulong position in positions)
            Move((int)position, ref kept, ref sorted);
        Finish(kept, sorted);
    }

    /// <summary>The position of the best candidate (ties: lowest id).</summary>
    /// <exception cref="SamplingException">No candidate is left that is not excluded.</exception>
    public readonly int IndexOfBest()
    {
        float logit = BestLogit();
        int best = -1;
        for (int i = 0; i < Count; i++)
        {
            if (_logits[i] == logit && (best < 0 || _ids[i] < _ids[best]))
                best = i;
        }
        return best;
    }

    /// <summary>Computes <see cref="Probabilities"/>: the softmax of the logits that are left.</summary>
    /// <exception cref="SamplingException">No candidate is left that is not excluded.</exception>
    public readonly void Softmax()
    {
        double sum = SumOfWeights(BestLogit(), _probabilities);
        for (int i = 0; i < Count; i++)
            _probabilities[i] = (float)(_probabilities[i] / sum);
    }

    /// <summary>The softmax's denominator after division by exp(<paramref name="best"/>), without writing probabilities.</summary>
    internal readonly double SumOfWeights(float best) => SumOfWeights(best, []);

    /// <summary>The highest logit.</summary>
    /// <exception cref="SamplingException">No candidate is left that is not excluded.</exception>
    internal readonly float BestLogit()
    {
        float best = SortedCount > 0 ? _logits[0] : LogitRow.Highest(Logits);
        return best > float.NegativeInfinity ? best : throw new SamplingException("no token can be chosen: every candidate is excluded");
    }

    /// <summary>exp(logit - best), also where both are infinite.</summary>
    internal static double Weight(float logit, float best) => logit == best ? 1 : RepeatableMath.Exp((double)logit - best);

    /// <summary>Chooses the candidate at <paramref name="index"/>.</summary>
    public void Select(int index, float probability)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        _selected = index;
        SelectedProbability = probability;
    }

    private readonly double SumOfWeights(float best, Span<float> weights)
    {
        double sum = 0;
        for (int i = 0; i < Count; i++)
        {
            double weight = Weight(_logits[i], best);
            sum += weight;
            if (!weights.IsEmpty)
                weights[i] = (float)weight;
        }
        return sum;
    }

    private readonly void Move(int from, ref int kept, ref int sorted)
    {
        _ids[kept] = _ids[from];
        _logits[kept] = _logits[from];
        kept++;
        if (from < SortedCount)
            sorted = kept;
    }

    private void Finish(int kept, int sorted)
    {
        InVocabularyOrder &= kept == Count;
        Count = kept;
        SortedCount = sorted;
    }
}
