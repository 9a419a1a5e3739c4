namespace LlamaInterop.Import.Quantized;

/// <summary>
/// A matrix of 8-bit numbers with scales: of blocks (DeepSeek-V3's <c>weight_scale_inv</c>, which multiplies in spite of its name), of
/// rows or of the whole (<c>weight_scale</c>), or bitsandbytes' LLM.int8 (<c>SCB</c>, the largest magnitude of each row).
/// </summary>
internal sealed class ScaledTensor : UnpackedTensor
{
    private const string Suffix = ".weight";
    private const int DefaultBlock = 128;

    private readonly SourceTensor _elements;
    private readonly WeakCache<float> _scales;
    private readonly int _blockRows, _blockColumns, _scaleColumns;
    private readonly float _unit;

    private ScaledTensor(PackedParts parts, SourceTensor elements, SourceTensor scales, (int Rows, int Columns) block, float unit)
        : base(elements.Name, elements.Shape)
    {
        (_elements, _scales, _unit) = (elements, parts.Numbers(scales), unit);
        (_blockRows, _blockColumns) = block;
        _scaleColumns = (int)((RowLength + block.Columns - 1) / block.Columns);
        long needed = (RowCount + block.Rows - 1) / block.Rows * _scaleColumns;
        if (scales.ElementCount != needed)
            throw parts.Refuse(scales.Name, $"has {scales.ElementCount} elements, not {needed} for a matrix of [{string.Join(", ", elements.Shape)}]");
    }

    /// <summary>The matrix whose elements it is; null where it has no scales.</summary>
    public static SourceTensor? Open(PackedParts parts, SourceTensor tensor)
    {
        bool isByte = tensor.Type is SourceType.F8E4M3 or SourceType.F8E5M2 or SourceType.I8;
        if (!isByte || tensor.Shape.Length != 2 || tensor.RowLength > int.MaxValue || tensor.RowCount > int.MaxValue || !tensor.Name.EndsWith(Suffix, StringComparison.Ordinal))
            return null;
        string stem = tensor.Name[..^Suffix.Length];
        (int, int) rows = (1, (int)Math.Max(1, tensor.RowLength)), whole = ((int)Math.Max(1, tensor.RowCount), rows.Item2);
        if (parts.TryTake($"{stem}.weight_scale_inv", out var scales))
            return Build(parts, tensor, scales, scales.ElementCount == 1 ? whole : BlockOf(parts), 1);
        if (parts.TryTake($"{stem}.weight_scale", out scales))
            return Build(parts, tensor, scales, scales.ElementCount == 1 ? whole : rows, 1);
        if (!parts.TryTake($"{stem}.SCB", out scales))
            return null;
        parts.TryTake($"{stem}.weight_format", out _);
        return Build(parts, tensor, scales, rows, 1f / 127);
    }

    protected override void ReadRow(int row, Span<float> destination)
    {
        _elements.ReadRows(row, destination);
        ReadOnlySpan<float> scales = _scales.Value.AsSpan(row / _blockRows * _scaleColumns, _scaleColumns);
        for (int i = 0; i < destination.Length; i++)
            destination[i] *= scales[i / _blockColumns] * _unit;
    }

    private static ScaledTensor Build(PackedParts parts, SourceTensor tensor, SourceTensor scales, (int, int) block, float unit)
    {
        parts.Take(tensor.Name);
        parts.TryTake($"{tensor.Name[..^Suffix.Length]}.input_scale", out _);
        return new(parts, tensor, scales, block, unit);
    }

    private static (int, int) BlockOf(PackedParts parts) =>
        parts.Settings?.Ints("weight_block_size") is [> 0 and var rows, > 0 and var columns] ? (rows, columns) : (DefaultBlock, DefaultBlock);
}
