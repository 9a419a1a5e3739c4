namespace LlamaInterop.Import.Derived;

/// <summary>Another tensor's rows divided by their lengths.</summary>
internal sealed class NormalizedTensor(SourceTensor source) : SourceTensor(source.Name, SourceType.F32, source.Shape)
{
    private const double SmallestLength = 1e-12;

    public override void ReadRows(long first, Span<float> destination)
    {
        source.ReadRows(first, destination);
        int width = checked((int)RowLength);
        for (int start = 0; start < destination.Length; start += width)
            Normalize(destination.Slice(start, width));
    }

    private static void Normalize(Span<float> row)
    {
        double sum = 0;
        foreach (float x in row)
            sum += (double)x * x;
        double inverse = 1 / Math.Max(Math.Sqrt(sum), SmallestLength);
        foreach (ref float x in row)
            x = (float)(x * inverse);
    }
}
