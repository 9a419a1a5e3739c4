using System.Collections.Immutable;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Import.Derived;

/// <summary>Carries out what a map says of a tensor: each change is a tensor over the one before, and nothing is read until rows are.</summary>
internal sealed class TensorChanges(Checkpoint checkpoint)
{
    /// <summary>A tensor of the file to be.</summary>
    /// <exception cref="ImportException">A shape is none that the change can be made to.</exception>
    public SourceTensor Apply(PlannedTensor planned) =>
        Apply(JoinedTensor.Of(checkpoint.Path, [.. planned.Parts.Select(Apply)]), planned.Changes);

    private SourceTensor Apply(PlannedPart part)
    {
        SourceTensor[] sources = [.. part.Sources.Select(Find)];
        return Apply(part.IsStacked ? JoinedTensor.Stack(checkpoint.Path, sources) : sources[0], part.Changes);
    }

    private SourceTensor Find(string name)
    {
        if (!checkpoint.TryGet(name, out SourceTensor? tensor))
            throw new ImportException(ImportCheck.MissingTensor, checkpoint.Path, $"tensor '{name}' is missing");
        return tensor.ElementCount > 0 ? tensor : throw Refuse(tensor, "has no elements");
    }

    private SourceTensor Apply(SourceTensor tensor, TensorChange[] changes) => changes.Aggregate(tensor, Apply);

    private SourceTensor Apply(SourceTensor tensor, TensorChange change) => change switch
    {
        SwappedAxes swap => Swap(tensor, swap),
        ReorderedAxis reorder => Reorder(tensor, reorder),
        SlicedAxis slice => Slice(tensor, slice),
        NewShape shape => Reshape(tensor, shape),
        MappedElements map => new MappedTensor(tensor, map.Change),
        ScaledRows scaled => Scale(tensor, scaled),
        NormalizedRows => new NormalizedTensor(tensor),
        TernaryElements => tensor.Shape.Length > 1 ? new TernaryTensor(tensor) : tensor,
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, null),
    };

    /// <summary>Vectors have nothing to exchange: the bias of a matrix stored [inputs, outputs] is as any other.</summary>
    private SourceTensor Swap(SourceTensor tensor, SwappedAxes swap)
    {
        if (tensor.Shape.Length == 1)
            return tensor;
        RefuseAxis(tensor, Math.Max(swap.First, swap.Second));
        var axes = AxesOf(tensor);
        (axes[swap.First], axes[swap.Second]) = (axes[swap.Second], axes[swap.First]);
        return new ViewedTensor(checkpoint.Path, tensor, [.. axes.Select(axis => axis.Size)], axes);
    }

    private ViewedTensor Reorder(SourceTensor tensor, ReorderedAxis reorder)
    {
        RefuseAxis(tensor, reorder.Axis);
        (long size, long stride) = AxesOf(tensor)[reorder.Axis];
        long[] factors = Completed(tensor, reorder.Factors, size);
        var split = new (long Size, long Stride)[factors.Length];
        for (int i = factors.Length - 1; i >= 0; stride *= factors[i], i--)
            split[i] = (factors[i], stride);
        var axes = AxesOf(tensor);
        axes.RemoveAt(reorder.Axis);
        axes.InsertRange(reorder.Axis, reorder.Order.Select(factor => split[factor]));
        return new ViewedTensor(checkpoint.Path, tensor, tensor.Shape, axes);
    }

    private ViewedTensor Slice(SourceTensor tensor, SlicedAxis slice)
    {
        RefuseAxis(tensor, slice.Axis);
        var axes = AxesOf(tensor);
        (long size, long stride) = axes[slice.Axis];
        if (slice.Count < 1 || slice.Groups < 1 || size % slice.Groups != 0 || slice.First + slice.Count > size / slice.Groups)
            throw Refuse(tensor, $"must have {slice.First + slice.Count} and more in each of {slice.Groups} along axis {slice.Axis}");
        axes[slice.Axis] = (slice.Count, stride);
        axes.Insert(slice.Axis, (slice.Groups, size / slice.Groups * stride));
        return new ViewedTensor(checkpoint.Path, tensor, tensor.Shape.SetItem(slice.Axis, slice.Groups * slice.Count), axes, slice.First * stride);
    }

    private MultipliedTensor Scale(SourceTensor tensor, ScaledRows scaled)
    {
        long known = scaled.Stretches.Where(stretch => stretch.Rows >= 0).Sum(stretch => stretch.Rows);
        var stretches = new (long Rows, float Factor)[scaled.Stretches.Length];
        for (int i = 0; i < stretches.Length; i++)
            stretches[i] = scaled.Stretches[i] with { Rows = scaled.Stretches[i].Rows >= 0 ? scaled.Stretches[i].Rows : tensor.RowCount - known };
        return stretches.Sum(stretch => stretch.Rows) == tensor.RowCount && Array.TrueForAll(stretches, stretch => stretch.Rows >= 0)
            ? new MultipliedTensor(tensor, stretches) : throw Refuse(tensor, $"must have {known} rows");
    }

    private SourceTensor Reshape(SourceTensor tensor, NewShape shape) => Reshape(tensor, [.. Completed(tensor, shape.Sizes, tensor.ElementCount)]);

    private SourceTensor Reshape(SourceTensor tensor, ImmutableArray<long> shape)
    {
        long row = shape.IsEmpty ? 1 : shape[^1];
        return row == tensor.RowLength ? new ReshapedTensor(tensor, shape) : new ViewedTensor(checkpoint.Path, tensor, shape, [(tensor.ElementCount, 1)]);
    }

    /// <summary>Factors of a size, with a -1 among them computed.</summary>
    private long[] Completed(SourceTensor tensor, long[] factors, long size)
    {
        long known = factors.Where(factor => factor >= 0).Aggregate(1L, (product, factor) => product * factor);
        long[] completed = known <= 0 ? factors : [.. factors.Select(factor => factor >= 0 ? factor : size / known)];
        return completed.Aggregate(1L, (product, factor) => product * factor) == size ? completed
            : throw Refuse(tensor, $"cannot be seen as [{string.Join(", ", factors)}]");
    }

    private void RefuseAxis(SourceTensor tensor, int axis)
    {
        if (axis >= tensor.Shape.Length)
            throw Refuse(tensor, $"must have {axis + 1} dimensions");
    }

    private ImportException Refuse(SourceTensor tensor, string reason) =>
        new(ImportCheck.Shape, checkpoint.Path, $"tensor '{tensor.Name}' [{string.Join(", ", tensor.Shape)}] {reason}");

    private static List<(long Size, long Stride)> AxesOf(SourceTensor tensor)
    {
        var axes = new (long Size, long Stride)[tensor.Shape.Length];
        long stride = 1;
        for (int i = axes.Length - 1; i >= 0; stride *= tensor.Shape[i], i--)
            axes[i] = (tensor.Shape[i], stride);
        return [.. axes];
    }
}
