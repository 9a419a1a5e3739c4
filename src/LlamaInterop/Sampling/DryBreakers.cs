namespace LlamaInterop.Sampling;

/// <summary>Turns DRY's sequence breakers from text into the token sequences that can spell them.</summary>
public static class DryBreakers
{
    // llama.cpp's bounds: they keep the search for breakers linear in the window.
    private const int LongestText = 40;
    private const int LongestTail = 20;

    /// <summary>Finds every token that contains a breaker, or ends in its beginning and is then followed by the rest of it.</summary>
    /// <param name="breakers">The texts; empty ones are passed over, long ones cut off at 40 characters.</param>
    /// <param name="pieces">The text of each token, by id.</param>
    /// <param name="tokenize">Tokenizes the rest of a breaker, adding nothing to it.</param>
    /// <returns>Token sequences, none of them twice: <see cref="SamplingVocabulary.DryBreakers"/>.</returns>
    public static IReadOnlyList<int[]> FromText(
        IReadOnlyList<string> breakers, IReadOnlyList<string> pieces, Func<string, int[]> tokenize)
    {
        ArgumentNullException.ThrowIfNull(breakers);
        ArgumentNullException.ThrowIfNull(pieces);
        ArgumentNullException.ThrowIfNull(tokenize);
        var found = new List<int[]>();
        var known = new HashSet<string>();
        foreach (string breaker in breakers.Where(text => text.Length > 0))
        {
            string text = breaker[..Math.Min(breaker.Length, LongestText)];
            for (int id = 0; id < pieces.Count; id++)
            {
                foreach (int[] sequence in SequencesFrom(id, pieces[id], text, tokenize))
                {
                    if (known.Add(string.Join(' ', sequence)))
                        found.Add(sequence);
                }
            }
        }
        return found;
    }

    private static IEnumerable<int[]> SequencesFrom(int id, string piece, string text, Func<string, int[]> tokenize)
    {
        if (piece.Contains(text, StringComparison.Ordinal))
        {
            yield return [id];
            yield break;
        }
        for (int overlap = 1; overlap < Math.Min(text.Length, piece.Length + 1); overlap++)
        {
            if (piece.EndsWith(text[..overlap], StringComparison.Ordinal))
                yield return [id, .. tokenize(text[overlap..]).Take(LongestTail)];
        }
    }
}
