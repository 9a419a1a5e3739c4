using LlamaInterop.Compute;

namespace LlamaInterop.Inference;

/// <summary>What one thread moves at a time.</summary>
/// <param name="Move">The weight that it is a part of.</param>
/// <param name="First">Bytes of the weight before it.</param>
/// <param name="Bytes">Bytes of it.</param>
internal readonly record struct WeightSlice(WeightMove Move, long First, int Bytes)
{
    /// <summary>
    /// Large enough that little of the mapping around it is read ahead beside it, and small enough that threads finish together and
    /// that little is held twice.
    /// </summary>
    private const long WantedBytes = 2 << 20;

    private const int GroupRows = 16;

    /// <summary>All of the moves, in their order. Panels are cut between groups of rows, other weights anywhere.</summary>
    public static List<WeightSlice> Cut(IReadOnlyList<WeightMove> moves)
    {
        var slices = new List<WeightSlice>();
        foreach (WeightMove move in moves)
        {
            Tensor weight = move.Weight;
            if (move.Layout == WeightLayout.PLAIN)
            {
                Cut(slices, move, 0, weight.ByteLength, 1);
                continue;
            }
            long group = GroupRows * weight.Type.RowBytes(weight.Width);
            long matrix = weight.Rows % GroupRows == 0 ? weight.ByteLength : weight.ByteLength / weight.Planes;
            for (long first = 0; first < weight.ByteLength; first += matrix)
                Cut(slices, move, first, matrix, group);
        }
        return slices;
    }

    private static void Cut(List<WeightSlice> slices, WeightMove move, long first, long bytes, long unit)
    {
        long most = Math.Max(1, WantedBytes / unit) * unit;
        for (long done = 0; done < bytes; done += most)
            slices.Add(new WeightSlice(move, first + done, (int)Math.Min(most, bytes - done)));
    }
}
