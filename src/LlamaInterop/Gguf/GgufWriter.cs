using System.Text;

namespace LlamaInterop.Gguf;

/// <summary>Writes a GGUF file, version 3, little-endian: metadata and tensors in the order they were added.</summary>
/// <remarks>The key <c>general.alignment</c>, when set, is the alignment that tensors get; without it they get 32 bytes.</remarks>
public sealed class GgufWriter
{
    private const string AlignmentKey = "general.alignment";

    private readonly OrderedDictionary<string, GgufValue> _metadata = [];
    private readonly OrderedDictionary<string, Pending> _tensors = [];

    /// <summary>What the offsets of tensors are multiples of, in bytes.</summary>
    public int Alignment { get; private set; } = GgufHeader.DefaultAlignment;

    /// <summary>Sets a key, or replaces its value where it stands.</summary>
    /// <exception cref="ArgumentException">The key is empty or longer than 65535 bytes, or the alignment is no power of two.</exception>
    public void Set(string key, GgufValue value)
    {
        RefuseName(key, GgufHeader.MaxKeyBytes, nameof(key));
        if (key == AlignmentKey)
            Alignment = ToAlignment(value);
        _metadata[key] = value;
    }

    /// <summary>Sets every key of other metadata.</summary>
    public void Set(GgufMetadata metadata)
    {
        foreach (var (key, value) in metadata)
            Set(key, value);
    }

    /// <summary>Adds a tensor whose data <paramref name="write"/> puts into the stream it gets, when the file is written.</summary>
    /// <param name="name">At most 64 bytes of UTF-8.</param>
    /// <param name="type">The element type of the data that will be written.</param>
    /// <param name="dimensions">One to four sizes, each at least 1, the contiguous one first and a whole number of blocks.</param>
    /// <param name="write">Writes exactly the tensor's bytes, in order; the stream is valid during the call only.</param>
    /// <exception cref="ArgumentException">The name is taken or malformed, or the dimensions are.</exception>
    public void AddTensor(string name, GgufTensorType type, ReadOnlySpan<long> dimensions, Action<Stream> write)
    {
        RefuseName(name, GgufHeader.MaxNameBytes, nameof(name));
        if (dimensions.Length is 0 or > GgufHeader.MaxDimensions || !AreCounts(dimensions))
            throw new ArgumentException($"tensor '{name}' must have 1 to {GgufHeader.MaxDimensions} dimensions of at least 1", nameof(dimensions));
        if (dimensions[0] % GgufTensorTypes.BlockLength(type) != 0)
            throw new ArgumentException($"tensor '{name}' has rows of {dimensions[0]} elements, not a whole number of {type} blocks", nameof(dimensions));
        if (!GgufTensorTypes.IsAddressable(type, dimensions))
            throw new ArgumentException($"tensor '{name}' has more elements or bytes than 2^63 - 1", nameof(dimensions));
        if (!_tensors.TryAdd(name, new Pending(type, dimensions.ToArray(), write)))
            throw new ArgumentException($"tensor '{name}' is there already", nameof(name));
    }

    /// <summary>Adds a tensor whose data lies in memory.</summary>
    /// <exception cref="ArgumentException">As for the other overload.</exception>
    public void AddTensor(string name, GgufTensorType type, ReadOnlySpan<long> dimensions, ReadOnlyMemory<byte> data) =>
        AddTensor(name, type, dimensions, stream => stream.Write(data.Span));

    /// <summary>Adds a tensor of another file under its name and with its data.</summary>
    /// <param name="file">The file, open until this one is written.</param>
    /// <param name="info">One of its tensors.</param>
    /// <param name="copied">Told of the bytes that were copied, a part at a time; null: nobody asks.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    internal void AddTensor(GgufFile file, GgufTensorInfo info, Action<long>? copied = null) =>
        AddTensor(info.Name, info.Type, info.Dimensions, stream => file.ReadTensor(info, stream, copied));

    /// <summary>
    /// Writes the file: beside <paramref name="path"/> under another name, renamed when it is whole. Whatever goes wrong, a
    /// file that was there stays as it was, and no part of the new one is left.
    /// </summary>
    /// <exception cref="GgufException">The file cannot be written (<see cref="GgufCheck.Write"/>).</exception>
    /// <exception cref="InvalidOperationException">A tensor's callback wrote too many or too few bytes.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was signalled.</exception>
    public void Write(string path, CancellationToken cancel = default) => GgufReplacement.Write([Prepare(path, cancel)]);

    /// <summary>The file as <see cref="Write"/> would write it, laid out and not written: for those that must appear together.</summary>
    internal GgufOutput Prepare(string path, CancellationToken cancel)
    {
        var infos = LayOut();
        byte[] header = EncodeHeader(infos);
        long dataStart = Align(header.Length);
        long length = infos.Count == 0 ? dataStart : checked(dataStart + Align(infos[^1].FileOffset + infos[^1].ByteLength));
        return new(path, length, WriteTo);

        void WriteTo(Stream stream)
        {
            stream.Write(header);
            WritePadding(stream, header.Length);
            foreach (var info in infos)
            {
                cancel.ThrowIfCancellationRequested();
                WriteTensor(stream, info, cancel);
            }
        }
    }

    /// <summary>Infos whose offsets count from the start of the data, as the file states them.</summary>
    private List<GgufTensorInfo> LayOut()
    {
        var infos = new List<GgufTensorInfo>(_tensors.Count);
        long offset = 0;
        foreach (var (name, tensor) in _tensors)
        {
            var info = new GgufTensorInfo(name, tensor.Type, tensor.Dimensions, partIndex: 0, offset);
            infos.Add(info);
            offset = Align(checked(offset + info.ByteLength));
        }
        return infos;
    }

    private byte[] EncodeHeader(List<GgufTensorInfo> infos)
    {
        using var header = new MemoryStream();
        using var writer = new BinaryWriter(header);
        writer.Write(GgufHeader.Magic);
        writer.Write(3u);
        writer.Write((ulong)infos.Count);
        writer.Write((ulong)_metadata.Count);
        foreach (var (key, value) in _metadata)
        {
            GgufValueWriter.WriteString(writer, Encoding.UTF8.GetBytes(key));
            GgufValueWriter.Write(writer, value);
        }
        foreach (var info in infos)
            GgufValueWriter.WriteTensorInfo(writer, info);
        writer.Flush();
        return header.ToArray();
    }

    private void WriteTensor(Stream stream, GgufTensorInfo info, CancellationToken cancel)
    {
        using var data = new GgufTensorStream(stream, info, cancel);
        _tensors[info.Name].Write(data);
        data.RefuseMissingBytes();
        WritePadding(stream, info.ByteLength);
    }

    private void WritePadding(Stream stream, long length)
    {
        for (long i = length; i < Align(length); i++)
            stream.WriteByte(0);
    }

    private long Align(long length) => checked(length + Alignment - 1) / Alignment * Alignment;

    private static bool AreCounts(ReadOnlySpan<long> dimensions)
    {
        foreach (long dimension in dimensions)
        {
            if (dimension < 1)
                return false;
        }
        return true;
    }

    private static int ToAlignment(GgufValue value) =>
        value.TryGetInteger(out Int128 alignment) && alignment > 0 && alignment <= GgufHeader.MaxAlignment && Int128.IsPow2(alignment)
            ? (int)alignment
            : throw new ArgumentException($"{AlignmentKey} = {value} is not a power of two from 1 to {GgufHeader.MaxAlignment}", nameof(value));

    private static void RefuseName(string name, int maxBytes, string parameter)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > maxBytes)
            throw new ArgumentException($"'{name}' must be 1 to {maxBytes} bytes of UTF-8", parameter);
    }

    /// <summary>A tensor that was added.</summary>
    private sealed record Pending(GgufTensorType Type, long[] Dimensions, Action<Stream> Write);
}
