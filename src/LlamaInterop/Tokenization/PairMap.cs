using System.Numerics;

namespace LlamaInterop.Tokenization;

/// <summary>Maps pairs of non-negative integers to non-negative integers: open addressing, one cache line a look-up.</summary>
internal sealed class PairMap
{
    private const ulong Empty = ulong.MaxValue;

    private Slot[] _slots;
    private int _shift;

    public PairMap(int capacity) => Allocate(Math.Max(8, capacity));

    public int Count { get; private set; }

    /// <summary>The value of the pair, or -1; a negative half is in no pair.</summary>
    public int Find(int left, int right)
    {
        if ((left | right) < 0)
            return -1;
        ref readonly var slot = ref _slots[FindSlot(Key(left, right))];
        return slot.Key == Empty ? -1 : slot.Value;
    }

    /// <summary>Adds the pair unless it is there; the first value stays.</summary>
    public bool TryAdd(int left, int right, int value)
    {
        ulong key = Key(left, right);
        int index = FindSlot(key);
        if (_slots[index].Key != Empty)
            return false;
        _slots[index] = new Slot(key, value);
        if (++Count * 2 > _slots.Length)
            Grow();
        return true;
    }

    private static ulong Key(int left, int right) => (ulong)(uint)left << 32 | (uint)right;

    private int FindSlot(ulong key)
    {
        int mask = _slots.Length - 1;
        int index = (int)(key * 0x9E3779B97F4A7C15 >> _shift);
        while (_slots[index].Key != key && _slots[index].Key != Empty)
            index = (index + 1) & mask;
        return index;
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_slots))]
    private void Allocate(int capacity)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)capacity * 2);
        _shift = 64 - BitOperations.Log2((uint)size);
        _slots = new Slot[size];
        Array.Fill(_slots, new Slot(Empty, -1));
    }

    private void Grow()
    {
        var old = _slots;
        Allocate(old.Length);
        foreach (var slot in old)
        {
            if (slot.Key != Empty)
                _slots[FindSlot(slot.Key)] = slot;
        }
    }

    private readonly record struct Slot(ulong Key, int Value);
}
