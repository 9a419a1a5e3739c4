namespace LlamaInterop.Tokenization;

/// <summary>Cuts special tokens out of text.</summary>
/// <remarks>
/// Where tokens overlap the longest one wins wherever it lies, as in llama.cpp: it looks for the longest token first, and for the
/// others in what is left. Here one pass finds the clusters of overlapping occurrences, and only within a cluster tokens compete;
/// so the time depends on the number of tokens in the text, not on that in the vocabulary.
/// </remarks>
internal sealed class SpecialTokenFinder
{
    private const int Tangled = -2;

    private readonly Vocabulary _vocabulary;
    private readonly TokenAutomaton _automaton;
    private readonly bool _strips;

    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="hidden">Control and unknown tokens are found too; otherwise only tokens that are text wherever they stand.</param>
    public SpecialTokenFinder(Vocabulary vocabulary, bool hidden)
    {
        _vocabulary = vocabulary;
        var tokens = new List<(ReadOnlyMemory<byte> Text, int Token)>();
        for (int id = 0; id < vocabulary.Count; id++)
        {
            var attributes = vocabulary.Attributes(id);
            bool isSpecial = vocabulary.IsHidden(id) ? hidden : (attributes & TokenAttributes.UserDefined) != 0;
            if (!isSpecial || vocabulary.IdOf(vocabulary.TokenBytes(id)) != id)
                continue;
            tokens.Add((vocabulary.TokenMemory(id), id));
            _strips |= (attributes & (TokenAttributes.LeftStrip | TokenAttributes.RightStrip)) != 0;
        }
        _automaton = new TokenAutomaton(tokens);
    }

    /// <summary>The text between special tokens, and the tokens, in order; no text is empty.</summary>
    public List<Fragment> Split(ReadOnlySpan<byte> text)
    {
        var found = new List<Fragment>();
        foreach (var cluster in FindClusters(text))
        {
            if (cluster.Token == Tangled)
                Untangle(text, cluster, found);
            else
                found.Add(cluster);
        }
        return FillGaps(text, found);
    }

    // Clusters in order of position; one that a single occurrence covers has its token.
    private List<Fragment> FindClusters(ReadOnlySpan<byte> text)
    {
        var clusters = new List<Fragment>();
        if (_automaton.IsEmpty)
            return clusters;
        int state = TokenAutomaton.Start;
        for (int i = 0; i < text.Length; i++)
        {
            if (state == TokenAutomaton.Start)
            {
                int skipped = _automaton.IndexOfFirstByte(text[i..]);
                if (skipped < 0)
                    break;
                i += skipped;
            }
            state = _automaton.Next(state, text[i]);
            int length = _automaton.LongestMatch(state);
            if (length > 0)
                AddOccurrence(clusters, new Fragment(i + 1 - length, length, LongestToken(state)));
        }
        return clusters;
    }

    private static void AddOccurrence(List<Fragment> clusters, Fragment occurrence)
    {
        var cluster = occurrence;
        while (clusters.Count > 0 && clusters[^1].End > cluster.Start)
        {
            int start = Math.Min(clusters[^1].Start, cluster.Start);
            cluster = new Fragment(start, occurrence.End - start, start == occurrence.Start ? occurrence.Token : Tangled);
            clusters.RemoveAt(clusters.Count - 1);
        }
        clusters.Add(cluster);
    }

    private int LongestToken(int state) =>
        _automaton.Token(state) is >= 0 and int token ? token : _automaton.Token(_automaton.ShorterMatch(state));

    private void Untangle(ReadOnlySpan<byte> text, Fragment cluster, List<Fragment> found)
    {
        var matches = new List<Fragment>();
        List<Fragment> gaps = [new Fragment(cluster.Start, cluster.Length)];
        foreach (int token in TokensIn(text, cluster).OrderByDescending(id => _vocabulary.TokenBytes(id).Length).ThenBy(id => id))
        {
            var left = new List<Fragment>();
            foreach (var gap in gaps)
                Take(text, gap, token, matches, left);
            gaps = left;
        }
        matches.Sort((a, b) => a.Start.CompareTo(b.Start));
        found.AddRange(matches);
    }

    private HashSet<int> TokensIn(ReadOnlySpan<byte> text, Fragment cluster)
    {
        var tokens = new HashSet<int>();
        int state = TokenAutomaton.Start;
        for (int i = cluster.Start; i < cluster.End; i++)
        {
            state = _automaton.Next(state, text[i]);
            // Once a match is known, so are all shorter ones that end in it.
            for (int match = state; match != TokenAutomaton.Start; match = _automaton.ShorterMatch(match))
            {
                int token = _automaton.Token(match);
                if (token >= 0 && !tokens.Add(token))
                    break;
            }
        }
        return tokens;
    }

    private void Take(ReadOnlySpan<byte> text, Fragment gap, int token, List<Fragment> matches, List<Fragment> left)
    {
        var pattern = _vocabulary.TokenBytes(token);
        int start = gap.Start;
        while (text[start..gap.End].IndexOf(pattern) is >= 0 and int offset)
        {
            if (offset > 0)
                left.Add(new Fragment(start, offset));
            matches.Add(new Fragment(start + offset, pattern.Length, token));
            start += offset + pattern.Length;
        }
        if (start < gap.End)
            left.Add(new Fragment(start, gap.End - start));
    }

    private List<Fragment> FillGaps(ReadOnlySpan<byte> text, List<Fragment> found)
    {
        var fragments = new List<Fragment>(found.Count * 2 + 1);
        int start = 0;
        foreach (var token in found)
        {
            AddText(text[..token.Start], start, token.Token, fragments);
            fragments.Add(token);
            start = token.End;
        }
        AddText(text, start, SpecialTokens.None, fragments);
        return fragments;
    }

    private void AddText(ReadOnlySpan<byte> text, int start, int next, List<Fragment> fragments)
    {
        int end = text.Length;
        if (_strips && fragments.Count > 0 && (_vocabulary.Attributes(fragments[^1].Token) & TokenAttributes.RightStrip) != 0)
        {
            while (start < end && IsSpace(text[start]))
                start++;
        }
        if (_strips && next >= 0 && (_vocabulary.Attributes(next) & TokenAttributes.LeftStrip) != 0)
        {
            while (start < end && IsSpace(text[end - 1]))
                end--;
        }
        if (start < end)
            fragments.Add(new Fragment(start, end - start));
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or >= 9 and <= 13;
}
