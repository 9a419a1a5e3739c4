namespace LlamaInterop.Sampling;

/// <summary>The last tokens of a sequence, up to a fixed number of them.</summary>
internal sealed class TokenWindow
{
    private readonly int[] _tokens;
    private int _next;

    public TokenWindow(int capacity)
    {
        _tokens = new int[capacity];
    }

    private TokenWindow(TokenWindow other)
    {
        _tokens = [.. other._tokens];
        _next = other._next;
        Count = other.Count;
    }

    public int Count { get; private set; }

    public bool IsFull => Count == _tokens.Length;

    /// <summary>The token at the given distance from the end: 0 is the latest.</summary>
    public int this[int back]
    {
        get
        {
            int index = _next - 1 - back;
            return _tokens[index < 0 ? index + _tokens.Length : index];
        }
    }

    /// <summary>Appends a token; the oldest falls out of a full window.</summary>
    public void Add(int token)
    {
        _tokens[_next] = token;
        _next = _next + 1 == _tokens.Length ? 0 : _next + 1;
        Count = Math.Min(Count + 1, _tokens.Length);
    }

    public void Clear()
    {
        _next = 0;
        Count = 0;
    }

    public TokenWindow Copy() => new(this);
}
