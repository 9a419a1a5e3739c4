using System.Buffers;
using System.Collections.Immutable;

namespace LlamaInterop.Import.Derived;

/// <summary>Matrices side by side: each row is the first's, then the second's.</summary>
internal sealed class ColumnJoinedTensor : SourceTensor
{
    private readonly IReadOnlyList<SourceTensor> _parts;

    private ColumnJoinedTensor(IReadOnlyList<SourceTensor> parts, ImmutableArray<long> shape)
        : base(parts[0].Name, parts.All(part => part.Type == parts[0].Type) ? parts[0].Type : SourceType.F32, shape) => _parts = parts;

    /// <exception cref="ImportException">The parts are not matrices of as many rows.</exception>
    public static SourceTensor Of(string path, IReadOnlyList<SourceTensor> parts)
    {
        SourceTensor? other = parts.FirstOrDefault(part => part.Shape.Length != 2 || part.RowCount != parts[0].RowCount);
        return other is not null
            ? throw new ImportException(ImportCheck.Shape, path, $"tensors '{parts[0].Name}' [{string.Join(", ", parts[0].Shape)}] and '{other.Name}' [{string.Join(", ", other.Shape)}] cannot stand side by side")
            : new ColumnJoinedTensor(parts, [parts[0].RowCount, parts.Sum(part => part.RowLength)]);
    }

    public override void ReadRows(long first, Span<float> destination)
    {
        int row = (int)RowLength, rows = destination.Length / row, column = 0;
        foreach (SourceTensor part in _parts)
        {
            int width = (int)part.RowLength;
            float[] pool = ArrayPool<float>.Shared.Rent(rows * width);
            Span<float> share = pool.AsSpan(0, rows * width);
            part.ReadRows(first, share);
            for (int i = 0; i < rows; i++)
                share.Slice(i * width, width).CopyTo(destination[(i * row + column)..]);
            ArrayPool<float>.Shared.Return(pool);
            column += width;
        }
    }
}
