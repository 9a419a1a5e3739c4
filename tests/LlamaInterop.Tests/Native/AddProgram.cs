using LlamaInterop.Native;

namespace LlamaInterop.Tests.Native;

/// <summary>The smallest program: one op that adds two rows of 4 floats at 0 and 64 into a third at 128 of one buffer.</summary>
internal sealed class AddProgram : IDisposable
{
    public const string Name = "sum";

    public AddProgram(BackendHandle backend, OpRecord op)
    {
        Buffer = BufferHandle.Create(backend, 192);
        try
        {
            Program = ProgramHandle.Create(backend, Tensors(), [op], [Buffer], "sum"u8);
        }
        catch
        {
            Buffer.Dispose();
            throw;
        }
    }

    public BufferHandle Buffer { get; }

    public ProgramHandle Program { get; }

    /// <summary>Live counts that a program without live rows takes too.</summary>
    public static ReadOnlySpan<int> Arguments => [1, 1, 1];

    public static OpRecord Op()
    {
        var op = new OpRecord { Opcode = LkOpcode.ADD, Dst = 2, NameLength = Name.Length };
        op.Src[0] = 0;
        op.Src[1] = 1;
        return op;
    }

    public static TensorRecord[] Tensors() => [Row(0), Row(64), Row(128)];

    public void Dispose()
    {
        Program.Dispose();
        Buffer.Dispose();
    }

    private static TensorRecord Row(long offset)
    {
        var tensor = new TensorRecord { Type = LkType.F32, Offset = offset };
        ((ReadOnlySpan<long>)[4, 1, 1, 1]).CopyTo(tensor.Dims);
        ((ReadOnlySpan<long>)[4, 16, 16, 16]).CopyTo(tensor.Strides);
        return tensor;
    }
}
