namespace LlamaInterop.Compute;

/// <summary>Who gives a tensor its memory.</summary>
internal enum TensorKind
{
    /// <summary>Read from the model file; placed before the graph is built.</summary>
    Weight,

    /// <summary>Written by the host before each step.</summary>
    Input,

    /// <summary>Keys or values of earlier tokens; lives as long as the runner.</summary>
    Cache,

    /// <summary>Made and used up inside one step; placed by <see cref="MemoryPlan"/>.</summary>
    Scratch,

    /// <summary>Read by the host after the step.</summary>
    Output,
}

/// <summary>A tensor of a graph: shape, type and, once known, its place (buffer and offset). Dimension 0 is contiguous.</summary>
internal sealed class Tensor
{
    private readonly long[] _dims = [1, 1, 1, 1];

    public Tensor(string name, TensorKind kind, ElementType type, ReadOnlySpan<long> dims, Live live = Live.NONE)
    {
        Name = name;
        Kind = kind;
        Type = type;
        Live = live;
        dims.CopyTo(_dims);
        Rank = dims.Length;
    }

    public string Name { get; set; }

    public TensorKind Kind { get; private set; }

    public ElementType Type { get; }

    /// <summary>How many of the rows (dimension 1) a run computes.</summary>
    public Live Live { get; }

    public int Rank { get; }

    public ReadOnlySpan<long> Dims => _dims;

    /// <summary>Elements of a row.</summary>
    public long Width => _dims[0];

    /// <summary>Rows at capacity.</summary>
    public long Rows => _dims[1];

    /// <summary>The op that writes it; null for weights and inputs, and for caches (many ops write them).</summary>
    public Op? Producer { get; set; }

    /// <summary>Index among the program's buffers; -1 until placed.</summary>
    public int Buffer { get; private set; } = -1;

    /// <summary>Bytes from the start of the buffer.</summary>
    public long Offset { get; private set; }

    /// <summary>Bytes of all rows, packed.</summary>
    public long ByteLength => Type.RowBytes(_dims[0]) * _dims[1] * _dims[2] * _dims[3];

    /// <summary>Bytes from one index of dimension <paramref name="i"/> to the next.</summary>
    public long Stride(int i)
    {
        if (i == 0)
            return Type.BlockBytes();
        long stride = Type.RowBytes(_dims[0]);
        for (int d = 1; d < i; d++)
            stride *= _dims[d];
        return stride;
    }

    public Tensor PlaceAt(int buffer, long offset)
    {
        Buffer = buffer;
        Offset = offset;
        return this;
    }

    /// <summary>Keeps a scratch tensor's memory until the host has read it.</summary>
    public Tensor AsOutput(string name)
    {
        Name = name;
        Kind = TensorKind.Output;
        return this;
    }

    public override string ToString() => $"{Name} {Type.Label()}[{string.Join(", ", _dims[..Math.Max(Rank, 1)])}]";
}
