namespace LlamaInterop.Import.Quantized;

/// <summary>A matrix as MLX quantizes it: <c>weight</c> of packed words [outputs, inputs x bits / 32], and for each group of a row a scale and a bias; w = q scale + bias.</summary>
internal sealed class MlxTensor : UnpackedTensor
{
    private const string Suffix = ".weight";
    private const int DefaultGroup = 64;

    private readonly WeakCache<uint> _elements;
    private readonly WeakCache<float> _scales, _biases;
    private readonly int _bits, _group, _words;

    private MlxTensor(PackedParts parts, SourceTensor elements, SourceTensor scales, SourceTensor biases, int group, int bits)
        : base(elements.Name, [elements.Shape[0], scales.Shape[1] * group])
    {
        (_bits, _group, _words) = (bits, group, (int)elements.Shape[1]);
        (_elements, _scales, _biases) = (parts.Words<uint>(elements), parts.Numbers(scales), parts.Numbers(biases));
    }

    /// <summary>The matrix whose words it is; null where it has no scales and biases.</summary>
    public static SourceTensor? Open(PackedParts parts, SourceTensor tensor)
    {
        if (tensor.Type != SourceType.U32 || tensor.Shape.Length != 2 || !tensor.Name.EndsWith(Suffix, StringComparison.Ordinal))
            return null;
        string stem = tensor.Name[..^Suffix.Length];
        SourceTensor scales = parts.Take($"{stem}.scales"), biases = parts.Take($"{stem}.biases");
        parts.Take(tensor.Name);
        if (scales.Shape.Length != 2 || !scales.Shape.SequenceEqual(biases.Shape) || scales.Shape[0] != tensor.Shape[0])
            throw parts.Refuse(tensor.Name, $"[{string.Join(", ", tensor.Shape)}] does not fit scales of [{string.Join(", ", scales.Shape)}] and biases of [{string.Join(", ", biases.Shape)}]");
        int group = parts.Settings?.IntOr(DefaultGroup, "group_size") ?? DefaultGroup;
        long inputs = scales.Shape[1] * group, bits = inputs > 0 ? tensor.Shape[1] * 32 / inputs : 0;
        return bits is >= 2 and <= 8 && bits * inputs == tensor.Shape[1] * 32 && inputs <= int.MaxValue
            ? new MlxTensor(parts, tensor, scales, biases, group, (int)bits)
            : throw parts.Refuse(tensor.Name, $"has rows of {tensor.Shape[1]} words, which are not {inputs} elements in groups of {group}");
    }

    protected override void ReadRow(int row, Span<float> destination)
    {
        uint[] elements = _elements.Value;
        float[] scales = _scales.Value, biases = _biases.Value;
        int groups = destination.Length / _group;
        for (int i = 0; i < destination.Length; i++)
        {
            int group = row * groups + i / _group;
            destination[i] = BitStream.Read(elements, row * _words, 1, i, _bits) * scales[group] + biases[group];
        }
    }
}
