namespace LlamaInterop.Gguf;

/// <summary>What a file says about one tensor: every figure has been checked against the file.</summary>
public sealed class GgufTensorInfo
{
    private readonly long[] _dimensions;

    internal GgufTensorInfo(string name, GgufTensorType type, long[] dimensions, int partIndex, long fileOffset)
    {
        Name = name;
        Type = type;
        _dimensions = dimensions;
        PartIndex = partIndex;
        FileOffset = fileOffset;
        ElementCount = 1;
        foreach (long dimension in dimensions)
            ElementCount = checked(ElementCount * dimension);
        ByteLength = GgufTensorTypes.ByteLength(type, ElementCount);
    }

    /// <summary>The name, at most 64 bytes of UTF-8, unique in the model.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public GgufTensorType Type { get; }

    /// <summary>One to four sizes, each at least 1; elements that differ in the first index lie side by side.</summary>
    public ReadOnlySpan<long> Dimensions => _dimensions;

    /// <summary>The size of one dimension; 1 beyond those that the file states.</summary>
    public long Dimension(int index) => index < _dimensions.Length ? _dimensions[index] : 1;

    /// <summary>The index in <see cref="GgufFile.Parts"/> of the file that holds the data.</summary>
    public int PartIndex { get; }

    /// <summary>Where the data begins, in bytes from the start of that file.</summary>
    public long FileOffset { get; }

    /// <summary>The size of the data in bytes, without padding.</summary>
    public long ByteLength { get; }

    /// <summary>The product of the dimensions.</summary>
    public long ElementCount { get; }

    /// <summary>Name, type and dimensions, for people.</summary>
    public override string ToString() => $"{Name} {Type} [{string.Join(", ", _dimensions)}]";
}
