namespace LlamaInterop.Tokenization;

/// <summary>A prefix tree of the texts of tokens, by bytes. Node 0 is the root.</summary>
internal sealed class TokenTrie
{
    public const int Root = 0;

    private readonly PairMap _edges;
    private readonly List<int> _tokens = [SpecialTokens.None];

    /// <param name="capacity">The number of nodes expected.</param>
    public TokenTrie(int capacity) => _edges = new PairMap(capacity);

    public int Count => _tokens.Count;

    /// <summary>Adds a text of at least one byte.</summary>
    public void Add(ReadOnlySpan<byte> text, int token)
    {
        int node = Root;
        foreach (byte value in text)
        {
            int next = Child(node, value);
            if (next < 0)
            {
                next = Count;
                _edges.TryAdd(node, value, next);
                _tokens.Add(SpecialTokens.None);
            }
            node = next;
        }
        _tokens[node] = token;
    }

    /// <summary>The node one byte further, or -1.</summary>
    public int Child(int node, byte value) => _edges.Find(node, value);

    /// <summary>The token whose text leads to this node, or -1.</summary>
    public int Token(int node) => _tokens[node];

    /// <summary>The longest token that the text begins with, or -1.</summary>
    public int LongestPrefix(ReadOnlySpan<byte> text, out int length)
    {
        int longest = SpecialTokens.None;
        int node = Root;
        length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            node = Child(node, text[i]);
            if (node < 0)
                break;
            if (_tokens[node] == SpecialTokens.None)
                continue;
            longest = _tokens[node];
            length = i + 1;
        }
        return longest;
    }
}
