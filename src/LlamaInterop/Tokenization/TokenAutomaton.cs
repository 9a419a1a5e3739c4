using System.Buffers;

namespace LlamaInterop.Tokenization;

/// <summary>Finds all occurrences of a set of texts in one pass over the input (Aho and Corasick, 1975).</summary>
/// <remarks>A state is a node of the prefix tree: the longest end of the input so far that begins a text of the set.</remarks>
internal sealed class TokenAutomaton
{
    public const int Start = TokenTrie.Root;

    private readonly TokenTrie _trie;
    private readonly SearchValues<byte> _firstBytes;
    private readonly int[] _fallback;
    private readonly int[] _longest;
    private readonly int[] _shorterMatch;

    /// <param name="texts">The texts, none of them empty, and their tokens.</param>
    public TokenAutomaton(IReadOnlyCollection<(ReadOnlyMemory<byte> Text, int Token)> texts)
    {
        _trie = new TokenTrie(texts);
        _firstBytes = SearchValues.Create([.. texts.Select(item => item.Text.Span[0]).Distinct()]);
        _fallback = new int[_trie.Count];
        _longest = new int[_trie.Count];
        _shorterMatch = new int[_trie.Count];
        Link([.. texts]);
    }

    public bool IsEmpty => _trie.Count == 1;

    /// <summary>Where the next text could begin, or -1.</summary>
    public int IndexOfFirstByte(ReadOnlySpan<byte> text) => text.IndexOfAny(_firstBytes);

    /// <summary>The state after one more byte.</summary>
    public int Next(int state, byte value)
    {
        while (true)
        {
            int next = _trie.Child(state, value);
            if (next >= 0 || state == Start)
                return Math.Max(next, Start);
            state = _fallback[state];
        }
    }

    /// <summary>The length of the longest text that ends in this state; 0 for none.</summary>
    public int LongestMatch(int state) => _longest[state];

    /// <summary>The token whose text is the whole of this state, or -1.</summary>
    public int Token(int state) => _trie.Token(state);

    /// <summary>The state of the next shorter text that ends in this state; <see cref="Start"/> for none.</summary>
    public int ShorterMatch(int state) => _shorterMatch[state];

    // Level by level, since the fallback of a state is always a shorter one. Each text is followed one byte further a round.
    private void Link((ReadOnlyMemory<byte> Text, int Token)[] texts)
    {
        var states = new int[texts.Length];
        int remaining = texts.Length;
        for (int depth = 0; remaining > 0; depth++)
        {
            remaining = 0;
            for (int i = 0; i < texts.Length; i++)
            {
                var text = texts[i].Text.Span;
                if (depth >= text.Length)
                    continue;
                remaining++;
                int parent = states[i];
                int state = states[i] = _trie.Child(parent, text[depth]);
                int fallback = depth == 0 ? Start : Next(_fallback[parent], text[depth]);
                bool ends = _trie.Token(fallback) != SpecialTokens.None;
                _fallback[state] = fallback;
                _shorterMatch[state] = ends ? fallback : _shorterMatch[fallback];
                _longest[state] = _trie.Token(state) != SpecialTokens.None ? depth + 1 : _longest[fallback];
            }
        }
    }
}
