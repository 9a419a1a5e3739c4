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

/// <summary>
/// A tensor of a graph: shape, type and, once known, its place (buffer and offset). Dimension 0 is contiguous. A tensor may be a
/// view: a part of another one, which has the memory. Rows of an activation hold its planes (heads, chosen experts) side by side.
/// </summary>
internal sealed class Tensor
{
    private readonly long[] _dims = [1, 1, 1, 1];
    private readonly long[]? _strides;
    private readonly long _viewOffset;
    private int _buffer = -1;
    private long _offset;
    private WeightLayout _layout;

    public Tensor(string name, TensorKind kind, ElementType type, ReadOnlySpan<long> dims, Live live = Live.NONE)
    {
        Name = name;
        Kind = kind;
        Type = type;
        Live = live;
        dims.CopyTo(_dims);
        Rank = dims.Length;
        Root = this;
    }

    private Tensor(Tensor root, string name, ElementType type, ReadOnlySpan<long> dims, long viewOffset, ReadOnlySpan<long> strides)
        : this(name, root.Kind, type, dims, root.Live)
    {
        Root = root;
        _viewOffset = viewOffset;
        _strides = strides.ToArray();
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

    /// <summary>Dimension 2 of an activation: heads, chosen experts.</summary>
    public long Planes => _dims[2];

    /// <summary>The tensor that has the memory: this one, or the one that this is a view of.</summary>
    public Tensor Root { get; }

    public bool IsView => Root != this;

    /// <summary>The op that writes it; null for weights, inputs and caches, and for views that no op names as its destination.</summary>
    public Op? Producer { get; set; }

    /// <summary>Index among the program's buffers; -1 until placed.</summary>
    public int Buffer => Root._buffer;

    /// <summary>Bytes from the start of the buffer.</summary>
    public long Offset => Root._offset + _viewOffset;

    /// <summary>How a weight's elements lie; strides and views speak of the file's order, which panels keep from group to group of rows.</summary>
    public WeightLayout Layout => Root._layout;

    /// <summary>Bytes of all rows, packed.</summary>
    public long ByteLength => Type.RowBytes(_dims[0]) * _dims[1] * _dims[2] * _dims[3];

    /// <summary>Bytes from one index of dimension <paramref name="i"/> to the next.</summary>
    public long Stride(int i)
    {
        if (_strides is not null)
            return _strides[i];
        if (i == 0)
            return Type.BlockBytes();
        long stride = Type.RowBytes(_dims[0]);
        for (int d = 1; d < i; d++)
            stride *= _dims[d];
        return stride;
    }

    /// <summary>Elements [first, first + width) of every row; of a cache, of every head.</summary>
    public Tensor Columns(long first, long width)
    {
        if (first < 0 || width < 1 || first + width > Width)
            throw new ArgumentOutOfRangeException(nameof(width), $"columns {first} to {first + width} of {this}");
        return View($"{Name}[{first}:{first + width}]", Type, [width, _dims[1], _dims[2], _dims[3]], first, [Stride(0), Stride(1), Stride(2), Stride(3)]);
    }

    /// <summary>Each row of one plane seen as <paramref name="count"/> planes of its <paramref name="width"/> elements from <paramref name="first"/> on, a <paramref name="step"/> apart.</summary>
    public Tensor SplitRows(long count, long step, long first, long width)
    {
        if (Planes != 1 || first < 0 || width < 1 || first + width > step || step * count > Width)
            throw new ArgumentOutOfRangeException(nameof(width), $"{count} planes of {first} to {first + width} in {step} of {this}");
        return View($"{Name}/{count}[{first}:{first + width}]", Type, [width, Rows, count], first, [Stride(0), Stride(1), Type.RowBytes(step), Stride(1) * Rows]);
    }

    /// <summary>The planes of every row, which lie packed in it, as one: [width · planes, rows].</summary>
    public Tensor MergePlanes()
    {
        if (Planes == 1)
            return this;
        if (Stride(2) != Type.RowBytes(Width))
            throw new ArgumentException($"the planes of {this} are not packed");
        return View($"{Name}/1", Type, [Width * Planes, Rows], 0, [Stride(0), Stride(1), Stride(1) * Rows, Stride(1) * Rows]);
    }

    /// <summary>The same four-byte elements under another type.</summary>
    public Tensor As(ElementType type) =>
        Type.BlockBytes() == type.BlockBytes() ? View(Name, type, _dims, 0, [Stride(0), Stride(1), Stride(2), Stride(3)])
            : throw new ArgumentException($"{this} has no elements of the size of {type}");

    /// <summary>The first plane of activations in 15 bits, which are those in 8.</summary>
    public Tensor Coarse() => Type == ElementType.A8X2
        ? View($"{Name}/a8", ElementType.A8, _dims, 0, [ElementType.A8.BlockBytes(), Stride(1), Stride(2), Stride(3)])
        : throw new InvalidOperationException($"{this} has no planes of 8 bits");

    /// <summary>Row <paramref name="index"/> of a matrix as a vector.</summary>
    public Tensor Row(long index) => index >= 0 && index < Rows
        ? View($"{Name}[:, {index}]", Type, [Width], 0, [Stride(0), Stride(1), Stride(1), Stride(1)], index * Stride(1))
        : throw new ArgumentOutOfRangeException(nameof(index), $"row {index} of {this}");

    /// <summary>A vector seen as <paramref name="planes"/> planes of one row each.</summary>
    public Tensor SplitVector(long planes)
    {
        long width = Width / planes;
        return View($"{Name}/{planes}", Type, [width, 1, planes], 0, [Stride(0), width * Stride(0), width * Stride(0), Width * Stride(0)]);
    }

    /// <summary>Whether the two may have a byte in common.</summary>
    public bool Overlaps(Tensor other)
    {
        if (Root != other.Root)
            return false;
        if (Stride(1) != other.Stride(1) || Root.Kind != TensorKind.Scratch)
            return true;
        if (Planes > 1 && other.Planes > 1 && Stride(2) == other.Stride(2))
            return Touch(_viewOffset % Stride(2), Type.RowBytes(Width), other._viewOffset % Stride(2), other.Type.RowBytes(other.Width));
        return Touch(_viewOffset, RowExtent, other._viewOffset, other.RowExtent);
    }

    /// <summary>Whether the two are the same elements of the same memory, in the same order.</summary>
    public bool Covers(Tensor other) => this == other || (Root == other.Root && Type == other.Type && _viewOffset == other._viewOffset
        && Dims.SequenceEqual(other.Dims) && Stride(1) == other.Stride(1) && Stride(2) == other.Stride(2));

    private long RowExtent => Type.RowBytes(Width) + ((Planes - 1) * Stride(2));

    private static bool Touch(long a, long aLength, long b, long bLength) => a < b + bLength && b < a + aLength;

    private Tensor View(string name, ElementType type, ReadOnlySpan<long> dims, long firstElement, ReadOnlySpan<long> strides, long bytes = 0) =>
        new(Root, name, type, dims[..Math.Max(1, LastUsed(dims))], _viewOffset + Type.RowBytes(firstElement) + bytes, strides);

    private static int LastUsed(ReadOnlySpan<long> dims)
    {
        int used = dims.Length;
        while (used > 2 && dims[used - 1] == 1)
            used--;
        return used;
    }

    public Tensor PlaceAt(int buffer, long offset, WeightLayout layout = WeightLayout.PLAIN)
    {
        _buffer = buffer;
        _offset = offset;
        _layout = layout;
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
