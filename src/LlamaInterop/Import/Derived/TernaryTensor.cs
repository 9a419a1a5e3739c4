using System.Buffers;

namespace LlamaInterop.Import.Derived;

/// <summary>Another tensor's elements rounded to -1, 0 or 1 times their mean magnitude (BitNet b1.58, Ma et al. 2024).</summary>
internal sealed class TernaryTensor : SourceTensor
{
    private const float SmallestScale = 1e-5f;
    private const int ChunkElements = 1 << 20;

    private readonly SourceTensor _source;
    private readonly Lazy<float> _scale;

    public TernaryTensor(SourceTensor source)
        : base(source.Name, SourceType.F32, source.Shape) => (_source, _scale) = (source, new Lazy<float>(MeanMagnitude));

    public override void ReadRows(long first, Span<float> destination)
    {
        float scale = _scale.Value, inverse = 1 / scale;
        _source.ReadRows(first, destination);
        foreach (ref float x in destination)
            x = Math.Clamp(MathF.Round(x * inverse), -1, 1) * scale;
    }

    private float MeanMagnitude()
    {
        int rowsOfChunk = (int)Math.Clamp(ChunkElements / RowLength, 1, RowCount);
        float[] pool = ArrayPool<float>.Shared.Rent(checked((int)(rowsOfChunk * RowLength)));
        double sum = 0;
        for (long row = 0; row < RowCount; row += rowsOfChunk)
        {
            Span<float> rows = pool.AsSpan(0, (int)(Math.Min(rowsOfChunk, RowCount - row) * RowLength));
            _source.ReadRows(row, rows);
            foreach (float x in rows)
                sum += Math.Abs(x);
        }
        ArrayPool<float>.Shared.Return(pool);
        return MathF.Max((float)(sum / ElementCount), SmallestScale);
    }
}
