using LlamaInterop.Gguf;
using LlamaInterop.Native;

namespace LlamaInterop.Tools;

/// <summary>A file's tensor as floats, read and dequantized a stretch at a time, without mapping.</summary>
/// <param name="file">The file.</param>
/// <param name="tensor">One of its tensors.</param>
internal sealed class TensorValues(GgufFile file, GgufTensorInfo tensor)
{
    /// <summary>Elements of a stretch: a whole number of blocks of every type.</summary>
    public const int StretchLength = 1 << 18;

    private readonly LkType? _type = Enum.IsDefined((LkType)tensor.Type) && tensor.Type != GgufTensorType.I32 ? (LkType)tensor.Type : null;
    private byte[] _bytes = [];

    /// <summary>False for types that hold no weights: integers, and those without a dequantizer.</summary>
    public bool CanBeRead => _type is not null;

    public long StretchCount => (tensor.ElementCount + StretchLength - 1) / StretchLength;

    /// <summary>Reads stretch <paramref name="index"/>; the last one may be shorter.</summary>
    /// <returns>The part of <paramref name="buffer"/> that was filled.</returns>
    public Span<float> Read(long index, Span<float> buffer)
    {
        long first = index * StretchLength;
        Span<float> values = buffer[..(int)Math.Min(StretchLength, tensor.ElementCount - first)];
        int bytes = (int)GgufTensorTypes.ByteLength(tensor.Type, values.Length);
        if (_bytes.Length < bytes)
            _bytes = new byte[bytes];
        file.ReadTensor(tensor, _bytes.AsSpan(0, bytes), GgufTensorTypes.ByteLength(tensor.Type, first));
        Kernels.Dequantize(_type!.Value, _bytes.AsSpan(0, bytes), values);
        return values;
    }
}
