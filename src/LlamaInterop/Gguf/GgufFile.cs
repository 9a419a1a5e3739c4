namespace LlamaInterop.Gguf;

/// <summary>
/// A GGUF model, opened for reading: version 2 or 3, little-endian, in one file or split over several. Opening reads
/// headers only, and checks every count, offset, size, type and string in them.
/// </summary>
/// <remarks>Format: the GGUF specification, <c>docs/gguf.md</c> of the ggml project. Instances may be read by many threads.</remarks>
public sealed unsafe class GgufFile : IDisposable
{
    private readonly Dictionary<string, GgufTensorInfo> _byName;
    private readonly List<GgufPart> _parts;
    private readonly Lock _mapLock = new();

    private GgufFile(List<GgufPart> parts, GgufHeader first, GgufMetadata metadata, List<GgufTensorInfo> tensors, Dictionary<string, GgufTensorInfo> byName)
    {
        _parts = parts;
        _byName = byName;
        Version = first.Version;
        Alignment = first.Alignment;
        Metadata = metadata;
        Tensors = tensors;
    }

    /// <summary>The path that was opened.</summary>
    public string Path => _parts[0].Path;

    /// <summary>The version of the format, 2 or 3.</summary>
    public uint Version { get; }

    /// <summary>What the offsets of tensors in the first part are multiples of, in bytes.</summary>
    public int Alignment { get; }

    /// <summary>The metadata of the first part, with the overrides that were asked for.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>The tensors of all parts, in the order they are stored.</summary>
    public IReadOnlyList<GgufTensorInfo> Tensors { get; }

    /// <summary>The files of the model, in order; one unless it is split.</summary>
    public IReadOnlyList<GgufPart> Parts => _parts;

    /// <summary>Opens a model; for a split one, <paramref name="path"/> names its first part.</summary>
    /// <exception cref="GgufException">The file cannot be read or is refused; the message says why in one line.</exception>
    public static GgufFile Open(string path, GgufOpenOptions? options = null)
    {
        var settings = options ?? default;
        var parts = new List<GgufPart>();
        try
        {
            return Open(path, settings, parts);
        }
        catch
        {
            parts.ForEach(part => part.Dispose());
            throw;
        }
    }

    /// <summary>False when no tensor has this name.</summary>
    public bool TryGetTensor(string name, out GgufTensorInfo info) => _byName.TryGetValue(name, out info!);

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="GgufException">There is none.</exception>
    public GgufTensorInfo GetTensor(string name) => TryGetTensor(name, out var info)
        ? info
        : throw new GgufException(GgufCheck.Missing, Path, $"tensor '{name}' is missing");

    /// <summary>Maps all parts into memory; until then nothing is mapped.</summary>
    public void Map()
    {
        lock (_mapLock)
            _parts.ForEach(part => part.Map());
    }

    /// <summary>Where a tensor's bytes begin in the mapping, valid until <see cref="Dispose"/>; maps the file when needed.</summary>
    public byte* TensorAddress(GgufTensorInfo info)
    {
        if (_parts[info.PartIndex].Address is null)
            Map();
        return _parts[info.PartIndex].Address + info.FileOffset;
    }

    /// <summary>A tensor's bytes in the mapping, valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="ArgumentException">The tensor is larger than a span: use <see cref="TensorAddress"/>.</exception>
    public ReadOnlySpan<byte> TensorSpan(GgufTensorInfo info) => info.ByteLength <= int.MaxValue
        ? new(TensorAddress(info), (int)info.ByteLength)
        : throw new ArgumentException($"tensor '{info.Name}' of {info.ByteLength} bytes does not fit a span", nameof(info));

    /// <summary>Reads <paramref name="destination"/>'s length of a tensor's bytes, from <paramref name="offset"/> on, without mapping.</summary>
    /// <exception cref="ArgumentException">The range is not inside the tensor.</exception>
    public void ReadTensor(GgufTensorInfo info, Span<byte> destination, long offset = 0)
    {
        if (offset < 0 || offset > info.ByteLength - destination.Length)
            throw new ArgumentException($"{destination.Length} bytes at {offset} are not inside tensor '{info.Name}' of {info.ByteLength}", nameof(offset));
        _parts[info.PartIndex].Read(info.FileOffset + offset, destination);
    }

    /// <summary>Copies a tensor's bytes into a stream, without mapping.</summary>
    public void ReadTensor(GgufTensorInfo info, Stream destination) => ReadTensor(info, destination, copied: null);

    internal void ReadTensor(GgufTensorInfo info, Stream destination, Action<long>? copied)
    {
        var buffer = new byte[Math.Min(info.ByteLength, 1 << 20)];
        for (long offset = 0; offset < info.ByteLength; offset += buffer.Length)
        {
            var chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, info.ByteLength - offset));
            ReadTensor(info, chunk, offset);
            destination.Write(chunk);
            copied?.Invoke(chunk.Length);
        }
    }

    /// <summary>Closes the files and ends their mappings: pointers and spans into them become invalid.</summary>
    public void Dispose()
    {
        lock (_mapLock)
            _parts.ForEach(part => part.Dispose());
    }

    private static GgufFile Open(string path, GgufOpenOptions options, List<GgufPart> parts)
    {
        parts.Add(GgufPart.Open(path));
        var first = parts[0].ReadHeader(partIndex: 0, options.MaxHeaderBytes);
        var metadata = new GgufMetadata(path, first.Values);
        var tensors = new List<GgufTensorInfo>(first.Tensors);
        var others = GgufSplit.PathsAfterFirst(path, metadata);
        foreach (string other in others)
            tensors.AddRange(OpenPart(path, other, options, parts, others.Count + 1));
        var byName = IndexByName(tensors, parts);
        if (others.Count > 0)
            GgufSplit.CheckTensorCount(path, metadata, tensors.Count);
        return new(parts, first, metadata.WithOverrides(options.Overrides), tensors, byName);
    }

    private static List<GgufTensorInfo> OpenPart(string firstPath, string path, GgufOpenOptions options, List<GgufPart> parts, int count)
    {
        int index = parts.Count;
        try
        {
            parts.Add(GgufPart.Open(path));
        }
        catch (GgufException error)
        {
            throw new GgufException(GgufCheck.SplitPart, firstPath, $"part {index + 1} of {count} cannot be opened: {error.Message}", error);
        }
        var header = parts[index].ReadHeader(index, options.MaxHeaderBytes);
        GgufSplit.CheckPart(path, new GgufMetadata(path, header.Values), index, count);
        return header.Tensors;
    }

    private static Dictionary<string, GgufTensorInfo> IndexByName(List<GgufTensorInfo> tensors, List<GgufPart> parts)
    {
        var byName = new Dictionary<string, GgufTensorInfo>(tensors.Count);
        foreach (var tensor in tensors)
        {
            if (byName.TryAdd(tensor.Name, tensor))
                continue;
            string first = parts[byName[tensor.Name].PartIndex].Path;
            throw new GgufException(GgufCheck.DuplicateTensor, parts[tensor.PartIndex].Path, $"tensor '{tensor.Name}' is also in {first}");
        }
        return byName;
    }
}
