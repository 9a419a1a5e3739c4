using System.Collections.Immutable;

namespace LlamaInterop.Import.Quantized;

/// <summary>A matrix that is computed row by row from packed parts.</summary>
internal abstract class UnpackedTensor(string name, ImmutableArray<long> shape) : SourceTensor(name, SourceType.F32, shape)
{
    public sealed override void ReadRows(long first, Span<float> destination)
    {
        int length = checked((int)RowLength);
        for (int done = 0; done < destination.Length; done += length, first++)
            ReadRow((int)first, destination.Slice(done, length));
    }

    /// <summary>Computes one row.</summary>
    protected abstract void ReadRow(int row, Span<float> destination);
}
