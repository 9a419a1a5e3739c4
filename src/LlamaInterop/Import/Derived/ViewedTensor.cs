using System.Buffers;
using System.Collections.Immutable;

namespace LlamaInterop.Import.Derived;

/// <summary>The elements of another tensor in another order: an axis split and reordered, two exchanged, a part cut out.</summary>
internal sealed class ViewedTensor : SourceTensor
{
    private readonly string _path;
    private readonly SourceTensor _source;
    private readonly long[] _sizes, _strides;
    private readonly long _offset, _run;

    /// <param name="path">The checkpoint, for errors.</param>
    /// <param name="source">Where the elements are.</param>
    /// <param name="shape">The result's shape.</param>
    /// <param name="axes">Sizes whose product is the result's elements, and how far apart their elements are in the source.</param>
    /// <param name="offset">The source's element that is the first.</param>
    public ViewedTensor(string path, SourceTensor source, ImmutableArray<long> shape, IEnumerable<(long Size, long Stride)> axes, long offset = 0)
        : base(source.Name, source.Type, shape)
    {
        _path = path;
        _source = source;
        _offset = offset;
        List<(long Size, long Stride)> merged = Merge(axes);
        _run = merged is [.., (var size, 1)] ? size : 1;
        if (_run > 1)
            merged.RemoveAt(merged.Count - 1);
        _sizes = [.. merged.Select(axis => axis.Size)];
        _strides = [.. merged.Select(axis => axis.Stride)];
    }

    public override void ReadRows(long first, Span<float> destination)
    {
        long start = first * RowLength, row = _source.RowLength;
        bool isOfRows = _run % row == 0 && _offset % row == 0 && RowLength % row == 0 && Array.TrueForAll(_strides, stride => stride % row == 0);
        if (isOfRows)
            ReadRuns(start, destination);
        else
            Gather(start, destination);
    }

    /// <summary>Runs of whole rows, each read to where it belongs.</summary>
    private void ReadRuns(long start, Span<float> destination)
    {
        for (int done = 0; done < destination.Length;)
        {
            long within = (start + done) % _run;
            int count = (int)Math.Min(_run - within, destination.Length - done);
            _source.ReadRows((PlaceOf((start + done) / _run) + within) / _source.RowLength, destination.Slice(done, count));
            done += count;
        }
    }

    /// <summary>Short runs, picked out of all rows between the first and the last of them.</summary>
    private void Gather(long start, Span<float> destination)
    {
        (long low, long high) = Bounds(start, destination.Length);
        long row = _source.RowLength, firstRow = low / row, rows = (high / row) - firstRow + 1;
        if (rows * row > Array.MaxLength)
            throw new ImportException(ImportCheck.Limit, _path, $"tensor '{Name}' is too large to be reordered: its {rows * row} elements must be in memory");
        float[] pool = ArrayPool<float>.Shared.Rent((int)(rows * row));
        Span<float> buffer = pool.AsSpan(0, (int)(rows * row));
        _source.ReadRows(firstRow, buffer);
        for (int done = 0; done < destination.Length;)
        {
            long within = (start + done) % _run;
            int count = (int)Math.Min(_run - within, destination.Length - done);
            buffer.Slice((int)(PlaceOf((start + done) / _run) + within - (firstRow * row)), count).CopyTo(destination[done..]);
            done += count;
        }
        ArrayPool<float>.Shared.Return(pool);
    }

    private (long Low, long High) Bounds(long start, int length)
    {
        long low = long.MaxValue, high = 0;
        for (long run = start / _run; run * _run < start + length; run++)
        {
            long place = PlaceOf(run), from = Math.Max(start - (run * _run), 0), to = Math.Min(start + length - (run * _run), _run);
            low = Math.Min(low, place + from);
            high = Math.Max(high, place + to - 1);
        }
        return (low, high);
    }

    /// <summary>The source's element where a run begins.</summary>
    private long PlaceOf(long run)
    {
        long place = _offset;
        for (int axis = _sizes.Length - 1; axis >= 0; axis--)
        {
            (run, long index) = Math.DivRem(run, _sizes[axis]);
            place += index * _strides[axis];
        }
        return place;
    }

    /// <summary>The same axes with neighbours that lie one in the other taken as one.</summary>
    private static List<(long Size, long Stride)> Merge(IEnumerable<(long Size, long Stride)> axes)
    {
        var merged = new List<(long Size, long Stride)>();
        foreach (var axis in axes.Where(axis => axis.Size != 1))
        {
            if (merged is [.., var outer] && outer.Stride == axis.Size * axis.Stride)
                merged[^1] = (outer.Size * axis.Size, axis.Stride);
            else
                merged.Add(axis);
        }
        return merged;
    }
}
