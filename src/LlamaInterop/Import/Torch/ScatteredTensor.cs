namespace LlamaInterop.Import.Torch;

/// <summary>A tensor of a torch checkpoint whose elements lie with gaps, in another order, or with their highest byte first.</summary>
/// <param name="file">What holds the storage.</param>
/// <param name="storage">Where in the file the storage begins.</param>
/// <param name="bigEndian">True where each element's first byte is its highest.</param>
/// <param name="name">The tensor's name.</param>
/// <param name="view">Which elements of the storage it has; known to lie within.</param>
internal sealed class ScatteredTensor(SourceFile file, long storage, bool bigEndian, string name, TorchView view)
    : EncodedTensor(name, view.Type, view.Shape)
{
    private readonly int _size = SourceTypes.Size(view.Type);

    // All that the tensor spans, kept while it is being read: its rows cross one another in the file.
    private WeakReference<byte[]>? _extent;

    protected override void ReadStored(long offset, Span<byte> destination)
    {
        byte[] extent = ReadExtent();
        long element = offset / _size;
        for (int done = 0; done < destination.Length; done += _size, element++)
        {
            var bytes = destination.Slice(done, _size);
            extent.AsSpan((int)(Place(element) * _size), _size).CopyTo(bytes);
            if (bigEndian)
                bytes.Reverse();
        }
    }

    /// <summary>Where in the extent an element lies that is numbered as if they were contiguous.</summary>
    private long Place(long element)
    {
        long place = 0;
        for (int i = Shape.Length - 1; i >= 0; i--)
        {
            (element, long index) = Math.DivRem(element, Shape[i]);
            place += index * view.Strides[i];
        }
        return place;
    }

    private byte[] ReadExtent()
    {
        if (_extent is { } known && known.TryGetTarget(out byte[]? bytes))
            return bytes;
        if (view.Extent > Array.MaxLength / _size)
            throw file.Refuse(ImportCheck.Limit, $"tensor '{Name}' is a view with gaps over {view.Extent} elements, more than can be read at once");
        bytes = new byte[view.Extent * _size];
        file.Read(storage + view.Offset * _size, bytes);
        _extent = new(bytes);
        return bytes;
    }
}
