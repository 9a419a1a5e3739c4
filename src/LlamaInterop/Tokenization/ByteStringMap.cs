namespace LlamaInterop.Tokenization;

/// <summary>Gives byte strings, none of them empty, consecutive numbers, and finds the number of one without allocating.</summary>
internal sealed class ByteStringMap
{
    private byte[] _bytes;
    private int[] _ends;
    private int[] _hashes;
    private int[] _slots;

    /// <param name="capacity">The number of strings expected; more are taken.</param>
    public ByteStringMap(int capacity)
    {
        _bytes = new byte[Math.Max(16, capacity * 8)];
        _ends = new int[Math.Max(4, capacity)];
        _hashes = new int[_ends.Length];
        _slots = NewSlots(_ends.Length);
    }

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            int start = index == 0 ? 0 : _ends[index - 1];
            return _bytes.AsSpan(start, _ends[index] - start);
        }
    }

    /// <summary>The number of <paramref name="text"/>, or -1.</summary>
    public int Find(ReadOnlySpan<byte> text) => _slots[FindSlot(text, Hash(text))];

    /// <summary>The number of <paramref name="text"/>, which is new where it was not there: then it equals the previous <see cref="Count"/>.</summary>
    public int Add(ReadOnlySpan<byte> text)
    {
        int hash = Hash(text);
        int slot = FindSlot(text, hash);
        if (_slots[slot] >= 0)
            return _slots[slot];
        if (Count == _ends.Length)
        {
            Grow();
            slot = FindSlot(text, hash);
        }
        Append(text);
        _hashes[Count] = hash;
        _slots[slot] = Count;
        return Count++;
    }

    /// <summary>Takes the next number for a text that is not to be found.</summary>
    public void AddNameless()
    {
        if (Count == _ends.Length)
            Grow();
        Append([]);
        Count++;
    }

    private static int Hash(ReadOnlySpan<byte> text)
    {
        var hash = new HashCode();
        hash.AddBytes(text);
        return hash.ToHashCode();
    }

    private static int[] NewSlots(int capacity)
    {
        var slots = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity * 2)];
        Array.Fill(slots, -1);
        return slots;
    }

    private int FindSlot(ReadOnlySpan<byte> text, int hash)
    {
        int mask = _slots.Length - 1;
        int slot = hash & mask;
        while (_slots[slot] is >= 0 and int index && !(_hashes[index] == hash && this[index].SequenceEqual(text)))
            slot = (slot + 1) & mask;
        return slot;
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        int start = Count == 0 ? 0 : _ends[Count - 1];
        int end = checked(start + text.Length);
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(end, _bytes.Length * 2L)));
        text.CopyTo(_bytes.AsSpan(start));
        _ends[Count] = end;
    }

    private void Grow()
    {
        Array.Resize(ref _ends, _ends.Length * 2);
        Array.Resize(ref _hashes, _ends.Length);
        _slots = NewSlots(_ends.Length);
        int mask = _slots.Length - 1;
        for (int i = 0; i < Count; i++)
        {
            if (this[i].IsEmpty)
                continue;
            int slot = _hashes[i] & mask;
            while (_slots[slot] >= 0)
                slot = (slot + 1) & mask;
            _slots[slot] = i;
        }
    }
}
