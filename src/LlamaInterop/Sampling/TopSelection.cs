namespace LlamaInterop.Sampling;

/// <summary>The largest of many 64-bit keys, without sorting the rest.</summary>
internal static class TopSelection
{
    private const int SmallEnoughToSort = 32;

    /// <summary>Moves the <paramref name="count"/> largest keys to the front, sorted downwards; the others follow in no order.</summary>
    public static void SortTop(Span<ulong> keys, int count)
    {
        Partition(keys, count);
        var top = keys[..Math.Min(count, keys.Length)];
        top.Sort();
        top.Reverse();
    }

    /// <summary>Moves the <paramref name="count"/> largest keys to the front, in no order: quickselect.</summary>
    /// <remarks>Linear on average. Splits that keep going wrong end in a sort, so the worst case is n log n.</remarks>
    public static void Partition(Span<ulong> keys, int count)
    {
        int splitsLeft = 2 * (32 - int.LeadingZeroCount(keys.Length | 1));
        while (count > 0 && count < keys.Length)
        {
            if (keys.Length <= SmallEnoughToSort || splitsLeft-- == 0)
            {
                keys.Sort();
                keys.Reverse();
                return;
            }
            int larger = Split(keys, MedianOfThree(keys));
            if (count <= larger)
            {
                keys = keys[..larger];
            }
            else
            {
                keys = keys[larger..];
                count -= larger;
            }
        }
    }

    /// <summary>Hoare's split: the keys at and above the pivot come first; returns how many, at least one and never all.</summary>
    private static int Split(Span<ulong> keys, ulong pivot)
    {
        int left = 0;
        int right = keys.Length - 1;
        while (true)
        {
            while (keys[left] > pivot)
                left++;
            while (keys[right] < pivot)
                right--;
            if (left >= right)
                return left == 0 ? 1 : left;
            (keys[left], keys[right]) = (keys[right], keys[left]);
            left++;
            right--;
        }
    }

    private static ulong MedianOfThree(Span<ulong> keys)
    {
        ulong a = keys[0], b = keys[keys.Length / 2], c = keys[^1];
        return Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
    }
}
