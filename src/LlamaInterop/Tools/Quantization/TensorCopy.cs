using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>Writes tensors whose data stay as they are, in the calling thread.</summary>
/// <param name="file">The input, open as long as this is used.</param>
internal sealed class TensorCopy(GgufFile file)
{
    /// <summary>
    /// Bytes of a piece. It stays in the core's own cache while it is read, checked and written, which makes one thread take half the time of
    /// two that hand pieces over: the system lets only one write to a file at a time anyway.
    /// </summary>
    private const int PieceBytes = 1 << 18;

    private byte[] _piece = [];

    /// <summary>Writes a whole tensor, after its numbers are checked.</summary>
    /// <param name="tensor">One that is copied.</param>
    /// <param name="target">Gets its bytes.</param>
    /// <param name="copied">Told of the bytes of every piece.</param>
    /// <exception cref="GgufException">The input cannot be read.</exception>
    /// <exception cref="QuantizeException">An element is infinite or no number.</exception>
    public void Write(QuantizedTensor tensor, Stream target, Action<int> copied)
    {
        if (_piece.Length == 0)
            _piece = GC.AllocateUninitializedArray<byte>(PieceBytes);
        for (long offset = 0; offset < tensor.ByteLength; offset += PieceBytes)
        {
            Span<byte> piece = _piece.AsSpan(0, (int)Math.Min(PieceBytes, tensor.ByteLength - offset));
            file.ReadTensor(tensor.Source, piece, offset);
            NonFinite.Refuse(tensor, piece);
            target.Write(piece);
            copied(piece.Length);
        }
    }
}
