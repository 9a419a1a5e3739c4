namespace LlamaInterop.Sampling;

/// <summary>Lowers the logits of tokens that stand among the last ones of the sequence.</summary>
/// <remarks>
/// The repeat penalty (N. S. Keskar et al., "CTRL", 2019) divides a positive logit and multiplies another; then count times the
/// frequency penalty and once the presence penalty are subtracted. The whole vocabulary costs no more than the window where
/// the candidates are still in vocabulary order, as they are at the head of a chain.
/// </remarks>
public sealed class PenaltiesSampler : ISampler
{
    private readonly float _repeat;
    private readonly float _frequency;
    private readonly float _presence;
    private readonly TokenWindow _window;
    private readonly TokenTable _counts;

    /// <summary>Sets the window's length, 1 or more, and the penalties; 1, 0 and 0 are none.</summary>
    public PenaltiesSampler(int lastTokens, float repeat, float frequency, float presence)
        : this(repeat, frequency, presence, new TokenWindow(lastTokens), new TokenTable(lastTokens))
    {
    }

    private PenaltiesSampler(float repeat, float frequency, float presence, TokenWindow window, TokenTable counts)
    {
        _repeat = repeat;
        _frequency = frequency;
        _presence = presence;
        _window = window;
        _counts = counts;
    }

    public string Name => "penalties";

    public void Apply(ref Candidates candidates)
    {
        if (_window.Count == 0)
            return;
        if (candidates.InVocabularyOrder)
            PenalizeWindow(candidates.Logits);
        else
            PenalizeCandidates(candidates.Ids, candidates.Logits);
        candidates.LogitsChanged();
    }

    public void Accept(int token)
    {
        if (_window.IsFull)
            _counts[_window[_window.Count - 1]]--;
        _counts[token]++;
        _window.Add(token);
    }

    public void Reset()
    {
        _window.Clear();
        _counts.Clear();
    }

    public ISampler Clone() => new PenaltiesSampler(_repeat, _frequency, _presence, _window.Copy(), _counts.Copy());

    private void PenalizeWindow(Span<float> logits)
    {
        for (int slot = 0; slot < _counts.Slots; slot++)
        {
            var (token, count) = _counts.EntryAt(slot);
            if (count > 0 && (uint)token < (uint)logits.Length)
                logits[token] = Penalize(logits[token], count);
        }
    }

    private void PenalizeCandidates(ReadOnlySpan<int> ids, Span<float> logits)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            int count = _counts[ids[i]];
            if (count > 0)
                logits[i] = Penalize(logits[i], count);
        }
    }

    private float Penalize(float logit, int count)
    {
        float scaled = logit <= 0 ? logit * _repeat : logit / _repeat;
        float penalized = scaled - ((count * _frequency) + _presence);
        // Infinity minus infinity: an absurd penalty excludes the token.
        return float.IsNaN(penalized) ? float.NegativeInfinity : penalized;
    }
}
