namespace LlamaInterop.Import.Quantized;

/// <summary>
/// A matrix as AWQ's tools store it for their GEMM kernel (Lin et al. 2023; AutoAWQ): <c>qweight</c> [inputs, outputs / 8] and
/// <c>qzeros</c> [groups, outputs / 8] pack 4-bit numbers along outputs, first those of even place, then those of odd;
/// w = scale (q - zero).
/// </summary>
internal sealed class AwqTensor : UnpackedTensor
{
    private const string Suffix = ".qweight";
    private const int Packed = 8;

    private readonly WeakCache<uint> _elements, _zeros;
    private readonly WeakCache<float> _scales;
    private readonly int _groupCount, _outputs;

    private AwqTensor(PackedParts parts, string name, SourceTensor elements, SourceTensor zeros, SourceTensor scales)
        : base(name, [scales.Shape[1], elements.Shape[0]])
    {
        (_groupCount, _outputs) = ((int)scales.Shape[0], (int)scales.Shape[1]);
        (_elements, _zeros, _scales) = (parts.Words<uint>(elements), parts.Words<uint>(zeros), parts.Numbers(scales));
    }

    /// <summary>The matrix whose <c>qweight</c> it is, packed along outputs; null where it is none.</summary>
    public static SourceTensor? Open(PackedParts parts, SourceTensor tensor)
    {
        if (!tensor.Name.EndsWith(Suffix, StringComparison.Ordinal))
            return null;
        string stem = tensor.Name[..^Suffix.Length];
        parts.Take(tensor.Name);
        SourceTensor scales = parts.Take($"{stem}.scales"), zeros = parts.Take($"{stem}.qzeros");
        if (scales.Shape[1] != tensor.Shape[1] * Packed || zeros.Shape[1] != tensor.Shape[1])
            throw parts.Refuse(tensor.Name, $"[{string.Join(", ", tensor.Shape)}] does not fit scales of [{string.Join(", ", scales.Shape)}] and zeros of [{string.Join(", ", zeros.Shape)}]");
        if (zeros.Shape[0] != scales.Shape[0] || scales.Shape[0] < 1 || tensor.Shape[0] % scales.Shape[0] != 0)
            throw parts.Refuse(tensor.Name, $"of {tensor.Shape[0]} inputs does not fit {scales.Shape[0]} groups of scales and {zeros.Shape[0]} of zeros");
        return new AwqTensor(parts, $"{stem}.weight", tensor, zeros, scales);
    }

    protected override void ReadRow(int row, Span<float> destination)
    {
        uint[] elements = _elements.Value, zeros = _zeros.Value;
        float[] scales = _scales.Value;
        int words = _outputs / Packed, word = row / Packed, place = row % Packed, groupLength = destination.Length / _groupCount;
        int shift = 4 * (place / 2 + place % 2 * (Packed / 2));
        for (int i = 0; i < destination.Length; i++)
        {
            int group = i / groupLength;
            int zero = (int)(zeros[group * words + word] >> shift) & 15, element = (int)(elements[i * words + word] >> shift) & 15;
            destination[i] = (element - zero) * scales[group * _outputs + row];
        }
    }
}
