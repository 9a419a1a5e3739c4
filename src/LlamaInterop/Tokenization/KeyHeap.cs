namespace LlamaInterop.Tokenization;

/// <summary>A min-heap of 64-bit keys with four children a node, so that a pop of a large heap misses the cache half as often.</summary>
internal sealed class KeyHeap
{
    private ulong[] _keys = new ulong[64];

    public int Count { get; private set; }

    /// <summary>The smallest key of a heap that is not empty.</summary>
    public ulong Min => _keys[0];

    public void Push(ulong key)
    {
        if (Count == _keys.Length)
            Array.Resize(ref _keys, checked(Count * 2));
        int index = Count++;
        while (index > 0)
        {
            int parent = (index - 1) >> 2;
            if (_keys[parent] <= key)
                break;
            _keys[index] = _keys[parent];
            index = parent;
        }
        _keys[index] = key;
    }

    /// <summary>Removes the smallest key.</summary>
    public ulong Pop()
    {
        ulong top = _keys[0];
        ulong key = _keys[--Count];
        int index = 0;
        while (true)
        {
            int child = SmallestChild(index);
            if (child < 0 || _keys[child] >= key)
                break;
            _keys[index] = _keys[child];
            index = child;
        }
        _keys[index] = key;
        return top;
    }

    private int SmallestChild(int index)
    {
        long first = index * 4L + 1;
        if (first >= Count)
            return -1;
        int smallest = (int)first;
        int end = (int)Math.Min(first + 4, Count);
        for (int child = smallest + 1; child < end; child++)
        {
            if (_keys[child] < _keys[smallest])
                smallest = child;
        }
        return smallest;
    }
}
