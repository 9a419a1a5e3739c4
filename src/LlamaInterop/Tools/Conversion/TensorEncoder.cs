using LlamaInterop.Gguf;
using LlamaInterop.Import;
using LlamaInterop.Native;

namespace LlamaInterop.Tools;

/// <summary>Writes tensors' rows in an element type, some at a time: one thread reads them, several encode.</summary>
internal sealed class TensorEncoder
{
    private const int ChunkElements = 1 << 22, ElementsOfAThread = 1 << 15;

    private readonly string _path;
    private readonly ParallelOptions _parallel;
    private float[] _rows = [];
    private byte[] _bytes = [];

    /// <param name="path">The checkpoint, for errors.</param>
    /// <param name="threads">Threads that encode; 0 for one a processor.</param>
    public TensorEncoder(string path, int threads)
    {
        _path = path;
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = threads == 0 ? Environment.ProcessorCount : threads };
    }

    /// <param name="tensor">The tensor.</param>
    /// <param name="stream">Gets its bytes.</param>
    /// <param name="written">Gets how many more bytes are written.</param>
    /// <exception cref="ImportException">The tensor cannot be read, or holds what the type cannot.</exception>
    public void Write(PlannedOutput tensor, Stream stream, Action<long> written)
    {
        if (tensor.Source.IsStored && TypeOf(tensor.Source.Type) == tensor.Info.Type)
            Copy(tensor, stream, written);
        else
            Encode(tensor, stream, written);
    }

    /// <summary>Elements that are stored as they are wanted.</summary>
    private void Copy(PlannedOutput tensor, Stream stream, Action<long> written)
    {
        for (long offset = 0; offset < tensor.Info.ByteLength;)
        {
            Span<byte> bytes = Room(ref _bytes, (int)Math.Min(ChunkElements, tensor.Info.ByteLength - offset));
            tensor.Source.ReadBytes(offset, bytes);
            RefuseNonFinite(tensor, bytes);
            stream.Write(bytes);
            offset += bytes.Length;
            written(bytes.Length);
        }
    }

    private void Encode(PlannedOutput tensor, Stream stream, Action<long> written)
    {
        SourceTensor source = tensor.Source;
        if (source.RowLength > Array.MaxLength)
            throw new ImportException(ImportCheck.Limit, _path, $"tensor '{source.Name}' has rows of {source.RowLength} elements");
        int width = (int)source.RowLength, bytesOfRow = checked((int)GgufTensorTypes.ByteLength(tensor.Info.Type, width));
        int rowsOfChunk = (int)Math.Clamp(ChunkElements / width, 1, source.RowCount);
        for (long first = 0; first < source.RowCount; first += rowsOfChunk)
        {
            int rows = (int)Math.Min(rowsOfChunk, source.RowCount - first);
            source.ReadRows(first, Room(ref _rows, checked(rows * width)));
            Span<byte> bytes = Room(ref _bytes, checked(rows * bytesOfRow));
            EncodeRows(tensor, rows, width, bytesOfRow);
            RefuseNonFinite(tensor, bytes);
            stream.Write(bytes);
            written(bytes.Length);
        }
    }

    private void EncodeRows(PlannedOutput tensor, int rows, int width, int bytesOfRow)
    {
        int rowsOfPiece = Math.Max(1, ElementsOfAThread / width), pieces = (rows + rowsOfPiece - 1) / rowsOfPiece;
        try
        {
            Parallel.For(0, pieces, _parallel, piece =>
            {
                int first = piece * rowsOfPiece, count = Math.Min(rowsOfPiece, rows - first);
                Kernels.Quantize((LkType)tensor.Info.Type, _rows.AsSpan(first * width, count * width), [], _bytes.AsSpan(first * bytesOfRow, count * bytesOfRow), width);
            });
        }
        catch (AggregateException error) when (error.InnerException is NativeException cause)
        {
            throw new ImportException(ImportCheck.Number, _path, $"tensor '{tensor.Source.Name}' cannot become {tensor.Info.Type}: {cause.Message}", cause);
        }
    }

    private void RefuseNonFinite(PlannedOutput tensor, ReadOnlySpan<byte> bytes)
    {
        if (NonFinite.IsIn(tensor.Info.Type, bytes))
            throw new ImportException(ImportCheck.Number, _path, $"tensor '{tensor.Source.Name}' cannot become {tensor.Info.Type}: it holds numbers that are infinite, NaN or too large");
    }

    private static GgufTensorType? TypeOf(SourceType type) => type switch
    {
        SourceType.F32 => GgufTensorType.F32,
        SourceType.F16 => GgufTensorType.F16,
        SourceType.BF16 => GgufTensorType.BF16,
        _ => null,
    };

    private static Span<T> Room<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = GC.AllocateUninitializedArray<T>(length);
        return buffer.AsSpan(0, length);
    }
}
