namespace LlamaInterop.Gguf;

/// <summary>Reads the tensor infos of one file and checks where each tensor lies.</summary>
internal sealed class GgufTensorReader(GgufCursor cursor, long fileLength, int alignment, int partIndex)
{
    public List<GgufTensorInfo> Read(int count)
    {
        var stored = new List<Stored>();
        var names = new HashSet<string>();
        for (int i = 0; i < count; i++)
        {
            string name = GgufHeader.ReadName(cursor, GgufCheck.TensorName, GgufHeader.MaxNameBytes, $"the name of tensor {i}");
            if (!names.Add(name))
                throw cursor.Refuse(GgufCheck.DuplicateTensor, $"tensor '{name}' occurs twice");
            long[] dimensions = ReadDimensions(name);
            stored.Add(new(name, ReadType(name, dimensions), dimensions, cursor.ReadUInt64($"the offset of tensor '{name}'")));
        }
        long dataStart = (cursor.Position + alignment - 1) / alignment * alignment;
        var tensors = stored.ConvertAll(tensor => Place(tensor, dataStart));
        RefuseOverlap(tensors);
        return tensors;
    }

    private long[] ReadDimensions(string name)
    {
        string what = $"the dimensions of tensor '{name}'";
        uint count = cursor.ReadUInt32(what);
        if (count is 0 or > GgufHeader.MaxDimensions)
            throw cursor.Refuse(GgufCheck.DimensionCount, $"tensor '{name}' has {count} dimensions, not 1 to {GgufHeader.MaxDimensions}");
        var dimensions = new long[count];
        for (int i = 0; i < count; i++)
        {
            dimensions[i] = (long)cursor.ReadUInt64(what);
            if (dimensions[i] <= 0)
                throw cursor.Refuse(GgufCheck.Dimension, $"dimension {i} of tensor '{name}' is {dimensions[i]}, not at least 1");
        }
        return dimensions;
    }

    private GgufTensorType ReadType(string name, long[] dimensions)
    {
        uint number = cursor.ReadUInt32($"the type of tensor '{name}'");
        if (!GgufTensorTypes.TryGet(number, out var type))
            throw cursor.Refuse(GgufCheck.TensorType, $"tensor '{name}' has the unknown type {number}");
        int blockLength = GgufTensorTypes.BlockLength(type);
        if (dimensions[0] % blockLength != 0)
            throw cursor.Refuse(GgufCheck.RowLength, $"tensor '{name}' has rows of {dimensions[0]} elements, not a multiple of {type}'s block of {blockLength}");
        return GgufTensorTypes.IsAddressable(type, dimensions)
            ? type
            : throw cursor.Refuse(GgufCheck.ElementCount, $"tensor '{name}' of [{string.Join(", ", dimensions)}] has more elements or bytes than 2^63 - 1");
    }

    private GgufTensorInfo Place(Stored stored, long dataStart)
    {
        (string name, GgufTensorType type, long[] dimensions, ulong offset) = stored;
        if (offset % (ulong)alignment != 0)
            throw cursor.Refuse(GgufCheck.TensorOffset, $"tensor '{name}' lies at offset {offset}, not a multiple of the alignment {alignment}");
        long start = offset <= (ulong)fileLength ? dataStart + (long)offset : fileLength;
        var info = new GgufTensorInfo(name, type, dimensions, partIndex, start);
        return offset <= (ulong)fileLength && info.ByteLength <= fileLength - start ? info : throw RefuseBounds(info, dataStart, offset);
    }

    private GgufException RefuseBounds(GgufTensorInfo info, long dataStart, ulong offset)
    {
        var end = (Int128)dataStart + offset + info.ByteLength;
        return cursor.Refuse(GgufCheck.TensorBounds, $"tensor '{info.Name}' ends at byte {end}, but the file has {fileLength}: truncated or still being written");
    }

    private void RefuseOverlap(List<GgufTensorInfo> tensors)
    {
        GgufTensorInfo? previous = null;
        foreach (var tensor in tensors.OrderBy(tensor => tensor.FileOffset))
        {
            if (previous is not null && previous.FileOffset + previous.ByteLength > tensor.FileOffset)
                throw cursor.Refuse(GgufCheck.TensorOverlap, $"tensors '{previous.Name}' and '{tensor.Name}' overlap at byte {tensor.FileOffset}");
            previous = tensor;
        }
    }

    /// <summary>A tensor info as the file states it.</summary>
    private sealed record Stored(string Name, GgufTensorType Type, long[] Dimensions, ulong Offset);
}
