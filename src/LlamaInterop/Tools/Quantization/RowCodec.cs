using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Native;

namespace LlamaInterop.Tools;

/// <summary>Converts rows of one tensor from its type in the input to that of the output, in the calling thread.</summary>
internal sealed class RowCodec
{
    /// <summary>Elements of the longest row that is converted.</summary>
    public const int MaxWidth = 1 << 28;

    private readonly float[] _importance;

    public RowCodec(QuantizedTensor tensor, ImportanceWeights? importance)
    {
        Tensor = tensor;
        _importance = importance is null ? [] : importance.Of(tensor.Source).ToArray();
        Width = (int)tensor.Source.Dimension(0);
    }

    /// <summary>The tensor that it converts.</summary>
    public QuantizedTensor Tensor { get; }

    /// <summary>Elements of a row.</summary>
    public int Width { get; }

    /// <summary>Floats that <see cref="Convert"/> needs beside its buffers, for as many rows.</summary>
    public int ScratchLength(int rows) => Tensor.Source.Type == GgufTensorType.F32 ? 0 : rows * Width;

    /// <summary>Checks that there are kernels for both types, before anything is written.</summary>
    /// <exception cref="QuantizeException">One cannot be read, or not be written like this.</exception>
    public void RefuseMissingKernels()
    {
        if (!Enum.IsDefined((LkType)Tensor.Source.Type))
            throw new QuantizeException($"tensor '{Tensor.Name}' is {Tensor.Source.Type}, which this build cannot read");
        if (!Enum.IsDefined((LkType)Tensor.Type))
            throw new QuantizeException($"tensor '{Tensor.Name}' would become {Tensor.Type}, which this build cannot write");
        try
        {
            Kernels.Dequantize((LkType)Tensor.Source.Type, [], []);
            Kernels.Quantize((LkType)Tensor.Type, [], _importance.AsSpan(0, Math.Min(Width, _importance.Length)), [], Width);
        }
        catch (NativeException error)
        {
            throw Refuse(error);
        }
    }

    /// <summary>Converts whole rows.</summary>
    /// <param name="source">Their bytes in the input's type.</param>
    /// <param name="firstRow">Where they begin, counted through all matrices of the tensor.</param>
    /// <param name="scratch">Room of <see cref="ScratchLength"/>.</param>
    /// <param name="target">Gets their bytes.</param>
    /// <exception cref="QuantizeException">An element is infinite or no number, or does not fit the new type.</exception>
    public void Convert(ReadOnlySpan<byte> source, long firstRow, Span<float> scratch, Span<byte> target)
    {
        try
        {
            Encode(Decode(source, scratch), firstRow, target);
        }
        catch (NativeException error)
        {
            throw Refuse(error);
        }
        NonFinite.Refuse(Tensor, target);
    }

    private ReadOnlySpan<float> Decode(ReadOnlySpan<byte> source, Span<float> scratch)
    {
        if (Tensor.Source.Type == GgufTensorType.F32)
            return MemoryMarshal.Cast<byte, float>(source);
        Kernels.Dequantize((LkType)Tensor.Source.Type, source, scratch);
        return scratch;
    }

    /// <summary>Each matrix of a stack has factors of its own, so rows are encoded in runs of one matrix.</summary>
    private void Encode(ReadOnlySpan<float> rows, long firstRow, Span<byte> target)
    {
        int targetBytes = (int)GgufTensorTypes.ByteLength(Tensor.Type, Width);
        long perMatrix = Tensor.Source.Dimension(1);
        for (int done = 0, count = rows.Length / Width; done < count;)
        {
            long matrix = (firstRow + done) / perMatrix;
            int run = (int)Math.Min(count - done, (matrix + 1) * perMatrix - firstRow - done);
            var factors = _importance.Length == 0 ? [] : _importance.AsSpan((int)(matrix % Tensor.Source.Dimension(2)) * Width, Width);
            Kernels.Quantize((LkType)Tensor.Type, rows.Slice(done * Width, run * Width), factors, target.Slice(done * targetBytes, run * targetBytes), Width);
            done += run;
        }
    }

    private QuantizeException Refuse(NativeException error) => new($"tensor '{Tensor.Name}' cannot become {Tensor.Type}: {error.Message}", error);
}
