namespace LlamaInterop.Import.Quantized;

/// <summary>
/// A matrix in bitsandbytes' 4-bit types, NF4 and FP4 (Dettmers et al. 2023, QLoRA): two elements a byte, the first in the high half, each
/// the number of an entry of <c>quant_map</c>, times its block's <c>absmax</c>. With double quantization that is itself an 8-bit entry
/// of <c>nested_quant_map</c>, times its own block's <c>nested_absmax</c>, plus an offset.
/// </summary>
internal sealed class BitsAndBytesTensor : UnpackedTensor
{
    private const string State = ".quant_state.bitsandbytes__";
    private const int MapLength = 16, NestedMapLength = 256;

    private readonly WeakCache<byte> _elements;
    private readonly WeakCache<float> _map, _scales;
    private readonly int _block;

    private BitsAndBytesTensor(PackedParts parts, SourceTensor elements, BitsAndBytesState state)
        : base(elements.Name, state.Shape)
    {
        _block = state.BlockSize;
        _elements = parts.Words<byte>(elements);
        _map = parts.Numbers(Checked(parts, parts.Take($"{Name}.quant_map"), MapLength));
        SourceTensor scales = Checked(parts, parts.Take($"{Name}.absmax"), (ElementCount + _block - 1) / _block);
        _scales = state.NestedBlockSize == 0 ? parts.Numbers(scales) : Nested(parts, scales, state);
    }

    /// <summary>The matrix whose elements it is; null where it is none.</summary>
    public static SourceTensor? Open(PackedParts parts, SourceTensor tensor)
    {
        if (!parts.TryTake($"{tensor.Name}{State}nf4", out var state) && !parts.TryTake($"{tensor.Name}{State}fp4", out state))
            return null;
        parts.Take(tensor.Name);
        var described = BitsAndBytesState.Read(parts, state);
        long count = described.Shape.Aggregate(1L, (product, size) => product * size);
        return tensor.ElementCount * SourceTypes.Size(tensor.Type) != (count + 1) / 2
            ? throw parts.Refuse(tensor.Name, $"has {tensor.ElementCount} bytes, which are not the 4-bit elements of [{string.Join(", ", described.Shape)}]")
            : new BitsAndBytesTensor(parts, tensor, described);
    }

    protected override void ReadRow(int row, Span<float> destination)
    {
        byte[] elements = _elements.Value;
        float[] map = _map.Value, scales = _scales.Value;
        long start = row * RowLength;
        for (int i = 0; i < destination.Length; i++)
        {
            long element = start + i;
            int packed = elements[element / 2];
            destination[i] = map[element % 2 == 0 ? packed >> 4 : packed & 15] * scales[element / _block];
        }
    }

    private static WeakCache<float> Nested(PackedParts parts, SourceTensor scales, BitsAndBytesState state)
    {
        int block = state.NestedBlockSize;
        var entries = parts.Words<byte>(scales);
        string stem = scales.Name[..^".absmax".Length];
        var map = parts.Numbers(Checked(parts, parts.Take($"{stem}.nested_quant_map"), NestedMapLength));
        var outer = parts.Numbers(Checked(parts, parts.Take($"{stem}.nested_absmax"), (scales.ElementCount + block - 1) / block));
        return new(() =>
        {
            float[] values = map.Value, outerScales = outer.Value;
            return [.. entries.Value.Select((entry, i) => values[entry] * outerScales[i / block] + state.NestedOffset)];
        });
    }

    private static SourceTensor Checked(PackedParts parts, SourceTensor part, long count) => part.ElementCount == count ? part
        : throw parts.Refuse(part.Name, $"has {part.ElementCount} elements, not {count}");
}
