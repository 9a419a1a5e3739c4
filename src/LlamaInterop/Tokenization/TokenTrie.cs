namespace LlamaInterop.Tokenization;

/// <summary>A prefix tree of the texts of tokens, by bytes. Node 0 is the root.</summary>
/// <remarks>Nodes are numbered level by level, so that the children of one are neighbours; most nodes have one child, and one look finds it.</remarks>
internal sealed class TokenTrie
{
    public const int Root = 0;

    private readonly Node[] _nodes;
    private readonly byte[] _labels;

    /// <param name="texts">The texts, none of them empty, and their tokens; of several with the same text the highest token stays.</param>
    public TokenTrie(IEnumerable<(ReadOnlyMemory<byte> Text, int Token)> texts)
    {
        var sorted = texts.ToArray();
        Array.Sort(sorted, Compare);
        var nodes = new List<Node>();
        List<byte> labels = [0];
        var ranges = new Queue<Range>([new Range(0, sorted.Length, 0)]);
        while (ranges.TryDequeue(out var range))
        {
            int token = SpecialTokens.None;
            int start = range.Start;
            while (start < range.End && sorted[start].Text.Length == range.Depth)
                token = sorted[start++].Token;
            int firstChild = labels.Count;
            while (start < range.End)
            {
                byte label = sorted[start].Text.Span[range.Depth];
                int end = start + 1;
                while (end < range.End && sorted[end].Text.Span[range.Depth] == label)
                    end++;
                labels.Add(label);
                ranges.Enqueue(new Range(start, end, range.Depth + 1));
                start = end;
            }
            nodes.Add(new Node(firstChild, labels.Count - firstChild, token));
        }
        _nodes = [.. nodes];
        _labels = [.. labels];
    }

    public int Count => _nodes.Length;

    /// <summary>The node one byte further, or -1.</summary>
    public int Child(int node, byte value)
    {
        ref readonly var parent = ref _nodes[node];
        if (parent.Children == 1)
            return _labels[parent.FirstChild] == value ? parent.FirstChild : -1;
        int index = _labels.AsSpan(parent.FirstChild, parent.Children).IndexOf(value);
        return index < 0 ? -1 : parent.FirstChild + index;
    }

    /// <summary>The token whose text leads to this node, or -1.</summary>
    public int Token(int node) => _nodes[node].Token;

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
            if (_nodes[node].Token == SpecialTokens.None)
                continue;
            longest = _nodes[node].Token;
            length = i + 1;
        }
        return longest;
    }

    private static int Compare((ReadOnlyMemory<byte> Text, int Token) left, (ReadOnlyMemory<byte> Text, int Token) right)
    {
        int order = left.Text.Span.SequenceCompareTo(right.Text.Span);
        return order != 0 ? order : left.Token.CompareTo(right.Token);
    }

    private readonly record struct Node(int FirstChild, int Children, int Token);

    // The texts from start to end have the same first bytes, depth of them.
    private readonly record struct Range(int Start, int End, int Depth);
}
