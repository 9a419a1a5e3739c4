using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>Into which pieces tensors are cut, and how many are under way at once, so that memory stays bounded however large they are.</summary>
internal sealed class SlabSizes
{
    /// <summary>Elements of a piece, unless its row is longer: enough that threads seldom meet.</summary>
    private const int Elements = 1 << 18;

    /// <summary>Bytes of all pieces together, unless a few rows take more.</summary>
    private const long Budget = 96 << 20;

    private const int Fewest = 3;

    public SlabSizes(IEnumerable<QuantizedTensor> tensors, int threads)
    {
        foreach (QuantizedTensor tensor in tensors)
        {
            SlabPart largest = PartsOf(tensor).First();
            SourceBytes = Math.Max(SourceBytes, largest.SourceLength);
            TargetBytes = Math.Max(TargetBytes, largest.TargetLength);
        }
        Count = (int)Math.Clamp(Budget / Math.Max(1, SourceBytes + (long)TargetBytes), Fewest, 2 + (2 * threads));
    }

    /// <summary>Bytes of the largest piece in the input.</summary>
    public int SourceBytes { get; }

    /// <summary>Bytes of the largest piece in the output.</summary>
    public int TargetBytes { get; }

    /// <summary>Pieces that are under way at once.</summary>
    public int Count { get; }

    /// <summary>A tensor's pieces, in order; the first is the largest.</summary>
    public static IEnumerable<SlabPart> PartsOf(QuantizedTensor tensor)
    {
        long width = tensor.Source.Dimension(0);
        long rows = tensor.Source.ElementCount / width;
        long sourceRow = GgufTensorTypes.ByteLength(tensor.Source.Type, width);
        long targetRow = GgufTensorTypes.ByteLength(tensor.Type, width);
        int most = (int)Math.Max(1, Elements / width);
        for (long first = 0; first < rows; first += most)
        {
            int count = (int)Math.Min(most, rows - first);
            yield return new(first * sourceRow, (int)(count * sourceRow), (int)(count * targetRow), first, count);
        }
    }
}
