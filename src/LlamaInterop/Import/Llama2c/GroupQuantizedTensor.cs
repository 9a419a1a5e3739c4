using System.Runtime.InteropServices;

namespace LlamaInterop.Import.Llama2c;

/// <summary>A tensor of 8-bit elements, each group of which has a scale; the scales lie behind all elements.</summary>
internal sealed class GroupQuantizedTensor : SourceTensor
{
    private readonly StoredTensor _elements, _scales;
    private readonly int _group;

    /// <exception cref="ImportException">The tensor reaches past the end of the file.</exception>
    public GroupQuantizedTensor(SourceFile file, Llama2cPlace place, int group)
        : base(place.Name, SourceType.F32, place.Shape)
    {
        _group = group;
        _elements = new(file, place.Offset, place.Name, SourceType.I8, place.Shape);
        _scales = new(file, place.Offset + ElementCount, place.Name, SourceType.F32, [ElementCount / group]);
    }

    /// <summary>Groups are counted over the whole tensor: one may lie in two rows.</summary>
    public override void ReadRows(long first, Span<float> destination)
    {
        _elements.ReadRows(first, destination);
        long start = first * RowLength, group = start / _group, groups = (start + destination.Length - 1) / _group - group + 1;
        var scales = new float[groups];
        _scales.ReadBytes(group * sizeof(float), MemoryMarshal.AsBytes(scales.AsSpan()));
        for (int i = 0; i < destination.Length; i++)
            destination[i] *= scales[(int)((start + i) / _group - group)];
    }
}
