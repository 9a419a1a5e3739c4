namespace LlamaInterop.Import.Derived;

/// <summary>Another tensor's rows, stretch by stretch times a factor.</summary>
internal sealed class MultipliedTensor(SourceTensor source, (long Rows, float Factor)[] stretches) : SourceTensor(source.Name, SourceType.F32, source.Shape)
{
    public override void ReadRows(long first, Span<float> destination)
    {
        source.ReadRows(first, destination);
        int width = checked((int)RowLength);
        for (int start = 0; start < destination.Length; start += width, first++)
        {
            float factor = FactorOf(first);
            foreach (ref float x in destination.Slice(start, width))
                x *= factor;
        }
    }

    private float FactorOf(long row)
    {
        int i = 0;
        for (; row >= stretches[i].Rows; i++)
            row -= stretches[i].Rows;
        return stretches[i].Factor;
    }
}
