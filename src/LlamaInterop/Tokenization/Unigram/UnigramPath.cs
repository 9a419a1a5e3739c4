namespace LlamaInterop.Tokenization;

/// <summary>The best ways to write the beginnings of a text, from which the tokens are read backwards (Viterbi, 1967).</summary>
/// <remarks>
/// Where no token crosses a position, what lies before it is settled. Only positions behind the last such one are held, mostly those of a word;
/// the sum of scores goes on, so that ties are broken by the same rounding as over the whole text.
/// </remarks>
/// <param name="unknown">The token for what the vocabulary cannot write, or -1; a run of such text is one token.</param>
/// <param name="ids">Where the tokens go.</param>
internal sealed class UnigramPath(int unknown, List<int> ids)
{
    private Step[] _steps = new Step[64];
    private int _settled;
    private int _reach;
    private bool _afterUnknown;

    /// <summary>The sum of the scores of the best way to a position that is settled or reached.</summary>
    public double Score(int position) => _steps[position - _settled].Score;

    /// <summary>Takes a token as the last one of the way to <paramref name="end"/>, unless a way as good is known.</summary>
    /// <param name="start">Where the token begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="token">The token.</param>
    /// <param name="score">The sum of the scores of this way.</param>
    public void Offer(int start, int end, int token, double score)
    {
        if (end > _reach)
            Extend(end);
        ref var step = ref _steps[end - _settled];
        if (score > step.Score)
            step = new Step(score, token, end - start);
    }

    /// <summary>Writes the tokens up to <paramref name="position"/> if none crosses it.</summary>
    public void Settle(int position)
    {
        if (_reach > position)
            return;
        int first = ids.Count;
        bool afterUnknown = false;
        for (int i = position - _settled; i > 0; i -= _steps[i].Length)
        {
            int token = _steps[i].Token;
            if (token != unknown || !afterUnknown && token >= 0)
                ids.Add(token);
            afterUnknown = token == unknown;
        }
        // Read backwards, the last one is the first of the text.
        if (_afterUnknown && afterUnknown && unknown >= 0)
            ids.RemoveAt(ids.Count - 1);
        _afterUnknown = _steps[position - _settled].Token == unknown;
        ids.Reverse(first, ids.Count - first);
        _steps[0] = _steps[position - _settled];
        _settled = _reach = position;
    }

    private void Extend(int end)
    {
        int needed = checked(end - _settled + 1);
        if (needed > _steps.Length)
            Array.Resize(ref _steps, (int)Math.Min(Array.MaxLength, Math.Max(needed, _steps.Length * 2L)));
        _steps.AsSpan((_reach - _settled + 1)..needed).Fill(new Step(double.NegativeInfinity, unknown, 1));
        _reach = end;
    }

    private readonly record struct Step(double Score, int Token, int Length);
}
