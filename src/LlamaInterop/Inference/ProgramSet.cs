using LlamaInterop.Compute;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>The programs of one pass: one a batch class, each compiled when first needed, over scratch memory of their own.</summary>
internal sealed class ProgramSet : IDisposable
{
    private readonly BackendHandle _backend;
    private readonly ProgramHandle?[] _programs;
    private BufferHandle[] _buffers = [];
    private int _scratch;

    public ProgramSet(BatchClasses classes, BackendHandle backend)
    {
        Classes = classes;
        _backend = backend;
        _programs = new ProgramHandle?[classes.Count];
    }

    public BatchClasses Classes { get; }

    /// <summary>Programs compiled so far.</summary>
    public int Created { get; private set; }

    /// <summary>The program of a batch class.</summary>
    public ProgramHandle this[int index]
    {
        get
        {
            if (_programs[index] is { } ready)
                return ready;
            Created++;
            return _programs[index] = ProgramRecords.Compile(Classes[index].Graph, _backend, _buffers);
        }
    }

    /// <summary>Takes the scratch memory, which becomes buffer <paramref name="scratch"/> beside the others.</summary>
    public void Allocate(ReadOnlySpan<BufferHandle> buffers, int scratch)
    {
        _buffers = buffers.ToArray();
        _buffers[scratch] = BufferHandle.Create(_backend, Classes.ScratchBytes);
        _scratch = scratch;
    }

    /// <summary>Row <paramref name="row"/> of what a batch class's last step gave; valid until the next step.</summary>
    public Span<float> Output(int index, int row)
    {
        Tensor output = Classes[index].Output;
        return _buffers[_scratch].Slice<float>(output.Offset + (row * output.Stride(1)), checked((int)output.Width));
    }

    /// <summary>All elements of an output that lies packed; valid until the next step.</summary>
    public Span<float> Values(Tensor output) =>
        _buffers[_scratch].Slice<float>(output.Offset, checked((int)(output.ByteLength / sizeof(float))));

    public void CompileAll()
    {
        for (int i = 0; i < _programs.Length; i++)
            _ = this[i];
    }

    public void Dispose()
    {
        foreach (ProgramHandle? program in _programs)
            program?.Dispose();
        if (_buffers.Length > 0)
            _buffers[_scratch].Dispose();
    }
}
