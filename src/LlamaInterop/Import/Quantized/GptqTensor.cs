namespace LlamaInterop.Import.Quantized;

/// <summary>
/// A matrix as GPTQ's tools store it (Frantar et al. 2022; AutoGPTQ, GPTQModel): <c>qweight</c> [inputs x bits / 32, outputs] packs along
/// inputs, <c>qzeros</c> [groups, outputs x bits / 32] along outputs; w = scale (q - zero), where the first format's files hold zero - 1.
/// </summary>
internal sealed class GptqTensor : UnpackedTensor
{
    private const string Suffix = ".qweight";

    private readonly WeakCache<uint> _elements, _zeros;
    private readonly WeakCache<float> _scales;
    private readonly WeakCache<int>? _groups;
    private readonly PackedParts _parts;
    private readonly int _bits, _groupCount, _zeroOffset, _outputs;

    private GptqTensor(PackedParts parts, string name, SourceTensor elements, SourceTensor zeros, SourceTensor scales, SourceTensor? groups, int bits)
        : base(name, [scales.Shape[1], elements.Shape[0] * 32 / bits])
    {
        _parts = parts;
        (_bits, _groupCount, _outputs) = (bits, (int)scales.Shape[0], (int)scales.Shape[1]);
        (_elements, _zeros, _scales) = (parts.Words<uint>(elements), parts.Words<uint>(zeros), parts.Numbers(scales));
        _groups = groups is null ? null : parts.Words<int>(groups);
        _zeroOffset = parts.Settings?.StringOrNull("checkpoint_format") == "gptq_v2" ? 0 : 1;
    }

    /// <summary>The matrix whose <c>qweight</c> it is, packed along inputs; null where it is none.</summary>
    public static SourceTensor? Open(PackedParts parts, SourceTensor tensor)
    {
        if (!tensor.Name.EndsWith(Suffix, StringComparison.Ordinal))
            return null;
        string stem = tensor.Name[..^Suffix.Length];
        SourceTensor scales = parts.Take($"{stem}.scales"), zeros = parts.Take($"{stem}.qzeros");
        if (tensor.Shape.Length != 2 || scales.Shape.Length != 2 || zeros.Shape.Length != 2)
            throw parts.Refuse(tensor.Name, "and its scales and zeros must be matrices");
        if (tensor.Shape[1] != scales.Shape[1])
            return null;
        parts.Take(tensor.Name);
        long outputs = scales.Shape[1], bits = outputs > 0 ? zeros.Shape[1] * 32 / outputs : 0, inputs = bits > 0 ? tensor.Shape[0] * 32 / bits : 0;
        if (bits is not (2 or 3 or 4 or 8) || zeros.Shape[1] * 32 != outputs * bits || tensor.Shape[0] * 32 != inputs * bits)
            throw parts.Refuse(tensor.Name, $"[{string.Join(", ", tensor.Shape)}] does not fit zeros of [{string.Join(", ", zeros.Shape)}] and {outputs} outputs");
        if (zeros.Shape[0] != scales.Shape[0] || scales.Shape[0] < 1 || inputs % scales.Shape[0] != 0)
            throw parts.Refuse(tensor.Name, $"of {inputs} inputs does not fit {scales.Shape[0]} groups of scales and {zeros.Shape[0]} of zeros");
        if (parts.TryTake($"{stem}.g_idx", out var groups) && groups.ElementCount != inputs)
            throw parts.Refuse(groups.Name, $"has {groups.ElementCount} elements for {inputs} inputs");
        return new GptqTensor(parts, $"{stem}.weight", tensor, zeros, scales, groups, (int)bits);
    }

    protected override void ReadRow(int row, Span<float> destination)
    {
        uint[] elements = _elements.Value, zeros = _zeros.Value;
        float[] scales = _scales.Value;
        int[]? groups = _groups?.Value;
        int zerosOfGroup = zeros.Length / _groupCount, groupLength = destination.Length / _groupCount;
        for (int i = 0; i < destination.Length; i++)
        {
            // A negative index counts from the end, as in PyTorch.
            int group = groups is null ? i / groupLength : groups[i] < 0 ? groups[i] + _groupCount : groups[i];
            if ((uint)group >= (uint)_groupCount)
                throw _parts.Refuse(Name, $"has input {i} in group {group} of {_groupCount}", ImportCheck.Number);
            int zero = (int)BitStream.Read(zeros, group * zerosOfGroup, 1, row, _bits) + _zeroOffset;
            int element = (int)BitStream.Read(elements, row, _outputs, i, _bits);
            destination[i] = (element - zero) * scales[group * _outputs + row];
        }
    }
}
