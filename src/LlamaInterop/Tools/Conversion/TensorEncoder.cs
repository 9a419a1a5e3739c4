using LlamaInterop.Gguf;
using LlamaInterop.Import;
using LlamaInterop.Native;

namespace LlamaInterop.Tools;

/// <summary>Writes a tensor's rows in an element type, some rows at a time.</summary>
/// <param name="path">The checkpoint, for errors.</param>
/// <param name="progress">Gets the elements written.</param>
internal sealed class TensorEncoder(string path, Action<long> progress)
{
    private const int ChunkElements = 1 << 22;

    private float[] _rows = [];
    private byte[] _bytes = [];

    /// <exception cref="ImportException">The tensor cannot be read, or holds what the type cannot.</exception>
    public void Write(SourceTensor tensor, GgufTensorType type, Stream stream)
    {
        if (tensor.RowLength > Array.MaxLength)
            throw new ImportException(ImportCheck.Limit, path, $"tensor '{tensor.Name}' has rows of {tensor.RowLength} elements");
        int width = (int)tensor.RowLength;
        int rowsOfChunk = (int)Math.Clamp(ChunkElements / width, 1, tensor.RowCount);
        for (long first = 0; first < tensor.RowCount; first += rowsOfChunk)
        {
            int elements = checked((int)Math.Min(rowsOfChunk, tensor.RowCount - first) * width);
            Span<float> rows = Room(ref _rows, elements);
            tensor.ReadRows(first, rows);
            Span<byte> bytes = Room(ref _bytes, checked((int)GgufTensorTypes.ByteLength(type, elements)));
            Encode(tensor, type, rows, bytes, width);
            stream.Write(bytes);
            progress(elements);
        }
    }

    private void Encode(SourceTensor tensor, GgufTensorType type, ReadOnlySpan<float> rows, Span<byte> bytes, int width)
    {
        try
        {
            Kernels.Quantize((LkType)type, rows, [], bytes, width);
        }
        catch (NativeException error)
        {
            throw new ImportException(ImportCheck.Number, path, $"tensor '{tensor.Name}' cannot become {type}: {error.Message}", error);
        }
    }

    private static Span<T> Room<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = GC.AllocateUninitializedArray<T>(length);
        return buffer.AsSpan(0, length);
    }
}
