using System.Collections.Immutable;

namespace LlamaInterop.Import.Derived;

/// <summary>Tensors one after the other along the first axis.</summary>
internal sealed class JoinedTensor : SourceTensor
{
    private readonly IReadOnlyList<SourceTensor> _parts;

    private JoinedTensor(IReadOnlyList<SourceTensor> parts, ImmutableArray<long> shape)
        : base(parts[0].Name, parts.All(part => part.Type == parts[0].Type) ? parts[0].Type : SourceType.F32, shape) => _parts = parts;

    /// <summary>Rows after rows, or elements of vectors after elements.</summary>
    /// <exception cref="ImportException">The parts' other sizes differ.</exception>
    public static SourceTensor Of(string path, IReadOnlyList<SourceTensor> parts)
    {
        if (parts.Count == 1)
            return parts[0];
        SourceTensor first = parts[0];
        foreach (SourceTensor part in parts)
        {
            if (part.Shape.IsEmpty || first.Shape.IsEmpty || !part.Shape.AsSpan()[1..].SequenceEqual(first.Shape.AsSpan()[1..]))
                throw new ImportException(ImportCheck.Shape, path, $"tensors '{first.Name}' [{string.Join(", ", first.Shape)}] and '{part.Name}' [{string.Join(", ", part.Shape)}] cannot be joined");
        }
        return new JoinedTensor(parts, first.Shape.SetItem(0, parts.Sum(part => part.Shape[0])));
    }

    /// <summary>Tensors of one shape along a new first axis.</summary>
    /// <exception cref="ImportException">The shapes differ.</exception>
    public static SourceTensor Stack(string path, IEnumerable<SourceTensor> parts) =>
        Of(path, [.. parts.Select(part => new ReshapedTensor(part, part.Shape.Insert(0, 1)))]);

    public override void ReadRows(long first, Span<float> destination)
    {
        if (Shape.Length == 1)
        {
            foreach (SourceTensor part in _parts)
            {
                part.ReadRows(0, destination[..(int)part.ElementCount]);
                destination = destination[(int)part.ElementCount..];
            }
            return;
        }
        foreach (SourceTensor part in _parts)
        {
            if (first < part.RowCount && !destination.IsEmpty)
            {
                int count = (int)Math.Min((part.RowCount - first) * RowLength, destination.Length);
                part.ReadRows(first, destination[..count]);
                destination = destination[count..];
                first = part.RowCount;
            }
            first -= part.RowCount;
        }
    }
}
