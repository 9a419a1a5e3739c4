namespace LlamaInterop.Sampling;

/// <summary>A map from token to a positive number for a bounded number of tokens: open addressing, nothing allocated after construction.</summary>
internal sealed class TokenTable
{
    private readonly int[] _tokens;
    private readonly int[] _values;
    private readonly int _mask;

    /// <summary>Makes room for <paramref name="capacity"/> different tokens, at most half of the slots used.</summary>
    public TokenTable(int capacity)
    {
        int slots = (int)uint.Min(1u << 30, (uint)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity * 2 + 2));
        _tokens = new int[slots];
        _values = new int[slots];
        _mask = slots - 1;
    }

    private TokenTable(TokenTable other)
    {
        _tokens = [.. other._tokens];
        _values = [.. other._values];
        _mask = other._mask;
    }

    /// <summary>The number of slots, for going through all entries with <see cref="EntryAt"/>.</summary>
    public int Slots => _tokens.Length;

    /// <summary>The token's number, 0 where it has none. Setting 0 removes the token.</summary>
    public int this[int token]
    {
        get => _values[SlotOf(token)];
        set
        {
            int slot = SlotOf(token);
            _tokens[slot] = token;
            _values[slot] = value;
            if (value == 0)
                CloseGapAt(slot);
        }
    }

    /// <summary>The entry of a slot; a value of 0 means that the slot is free.</summary>
    public (int Token, int Value) EntryAt(int slot) => (_tokens[slot], _values[slot]);

    public void Clear() => Array.Clear(_values);

    public TokenTable Copy() => new(this);

    private int HomeOf(int token) => (int)(((uint)token * 2654435769u) >> 7) & _mask;

    /// <summary>The token's slot, or the free one where it would go.</summary>
    private int SlotOf(int token)
    {
        int slot = HomeOf(token);
        while (_values[slot] != 0 && _tokens[slot] != token)
            slot = (slot + 1) & _mask;
        return slot;
    }

    /// <summary>Moves later entries of the same run into a freed slot, so that no search stops at it too early.</summary>
    private void CloseGapAt(int gap)
    {
        for (int slot = (gap + 1) & _mask; _values[slot] != 0; slot = (slot + 1) & _mask)
        {
            int distanceFromHome = (slot - HomeOf(_tokens[slot])) & _mask;
            if (distanceFromHome < ((slot - gap) & _mask))
                continue;
            _tokens[gap] = _tokens[slot];
            _values[gap] = _values[slot];
            _values[slot] = 0;
            gap = slot;
        }
    }
}
