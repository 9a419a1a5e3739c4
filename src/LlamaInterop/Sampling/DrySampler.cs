namespace LlamaInterop.Sampling;

/// <summary>"Don't repeat yourself": penalizes tokens that would go on with a sequence which stands in the text already, the more the longer it is.</summary>
/// <remarks>
/// P. E. Weidmann, text-generation-webui pull request 5677, 2024. Penalty: multiplier * base^(length - allowed length), where length counts
/// the repeated tokens so far. Repetitions are found by the Z-algorithm over the reversed window, in time linear in its length; a sequence breaker
/// ends them.
/// </remarks>
public sealed class DrySampler : ISampler
{
    // ln of the largest float: powers beyond it are cut off.
    private const double LargestLog = 88.7228391;

    private readonly DryOptions _options;
    private readonly int _largestPower;
    private readonly int[][] _breakers;
    private readonly TokenWindow _window;
    private readonly int[] _recent;
    private readonly int[] _repeats;
    private readonly TokenTable _longest;

    /// <summary>Sets the penalty and the token sequences that break a repetition; empty ones are ignored.</summary>
    public DrySampler(DryOptions options, IReadOnlyList<int[]> breakers)
        : this(options, [.. breakers.Where(breaker => breaker.Length > 0)], new TokenWindow(options.LastTokens))
    {
    }

    private DrySampler(DryOptions options, int[][] breakers, TokenWindow window)
    {
        _options = options;
        _largestPower = options.Base > 1.000001f ? (int)(LargestLog / RepeatableMath.Log(options.Base)) : int.MaxValue;
        _breakers = breakers;
        _window = window;
        _recent = new int[options.LastTokens];
        _repeats = new int[options.LastTokens];
        _longest = new TokenTable(options.LastTokens);
    }

    public string Name => "dry";

    public void Apply(ref Candidates candidates)
    {
        int count = _window.Count;
        if (count <= _options.AllowedLength)
            return;
        for (int back = 0; back < count; back++)
            _recent[back] = _window[back];
        var recent = _recent.AsSpan(0, count);
        int limit = TokensSinceBreaker(recent);
        if (limit < _options.AllowedLength)
            return;
        MeasureRepeats(recent, _repeats);
        CollectContinuations(recent, limit);
        Penalize(ref candidates);
    }

    public void Accept(int token) => _window.Add(token);

    public void Reset() => _window.Clear();

    public ISampler Clone() => new DrySampler(_options, _breakers, _window.Copy());

    /// <summary>How many tokens follow the latest sequence breaker: no repetition that counts is longer.</summary>
    private int TokensSinceBreaker(ReadOnlySpan<int> recent)
    {
        for (int head = 0; head < recent.Length; head++)
        {
            int longest = 0;
            foreach (int[] breaker in _breakers)
            {
                if (breaker.Length > longest && breaker.Length <= head + 1 && StartsAt(recent, head, breaker))
                    longest = breaker.Length;
            }
            if (longest > 0)
                return head + 1 - longest;
        }
        return recent.Length;
    }

    private static bool StartsAt(ReadOnlySpan<int> recent, int head, ReadOnlySpan<int> breaker)
    {
        for (int i = 0; i < breaker.Length; i++)
        {
            if (recent[head - i] != breaker[i])
                return false;
        }
        return true;
    }

    /// <summary>The Z-algorithm: repeats[i] is how many tokens from i on equal those from the start on.</summary>
    /// <remarks>Reversed, that is how long the end of the text also stands i tokens earlier. (D. Gusfield, "Algorithms on Strings, Trees, and Sequences", 1997.)</remarks>
    private static void MeasureRepeats(ReadOnlySpan<int> recent, Span<int> repeats)
    {
        int boxStart = 0;
        int boxEnd = 0;
        for (int i = 1; i < recent.Length; i++)
        {
            int length = i < boxEnd ? Math.Min(boxEnd - i, repeats[i - boxStart]) : 0;
            while (i + length < recent.Length && recent[length] == recent[i + length])
                length++;
            repeats[i] = length;
            if (i + length > boxEnd)
                (boxStart, boxEnd) = (i, i + length);
        }
    }

    /// <summary>For each token that once followed a repeated sequence: the length of the longest such sequence, plus one.</summary>
    private void CollectContinuations(ReadOnlySpan<int> recent, int limit)
    {
        _longest.Clear();
        for (int i = 1; i < recent.Length; i++)
        {
            int length = Math.Min(_repeats[i], limit);
            if (length >= _options.AllowedLength && length + 1 > _longest[recent[i - 1]])
                _longest[recent[i - 1]] = length + 1;
        }
    }

    private void Penalize(ref Candidates candidates)
    {
        for (int slot = 0; slot < _longest.Slots; slot++)
        {
            var (token, value) = _longest.EntryAt(slot);
            if (value == 0 || IsBreaker(token))
                continue;
            int index = candidates.InVocabularyOrder ? token : candidates.Ids.IndexOf(token);
            if ((uint)index < (uint)candidates.Count)
                candidates.Logits[index] -= PenaltyOf(value - 1);
        }
        candidates.LogitsChanged();
    }

    private bool IsBreaker(int token)
    {
        foreach (int[] breaker in _breakers)
        {
            if (breaker.Length == 1 && breaker[0] == token)
                return true;
        }
        return false;
    }

    private float PenaltyOf(int length)
    {
        int power = Math.Min(length - _options.AllowedLength, _largestPower);
        return (float)Math.Min(_options.Multiplier * RepeatableMath.Pow(_options.Base, power), float.MaxValue);
    }
}
