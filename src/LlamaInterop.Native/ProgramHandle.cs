namespace LlamaInterop.Native;

/// <summary>A compiled program's measures. Scratch is the working memory of all threads, in bytes; barriers are those of the last run.</summary>
internal readonly record struct ProgramStats(int OpCount, int PhaseCount, int BarrierCount, long ScratchBytes);

/// <summary>A list of ops, validated and compiled for a backend (<c>lk_program</c>).</summary>
internal sealed unsafe class ProgramHandle : KernelHandle
{
    private ProgramHandle()
    {
    }

    /// <param name="backend">The backend that runs it.</param>
    /// <param name="tensors">What the ops read and write.</param>
    /// <param name="ops">In the order in which they run.</param>
    /// <param name="buffers">Where the tensors lie; kept open as long as the program.</param>
    /// <param name="names">The UTF-8 names of all ops, which the op records point into.</param>
    /// <exception cref="NativeException">A record is wrong or has no kernel on this backend; the message names the op.</exception>
    public static ProgramHandle Create(
        BackendHandle backend, ReadOnlySpan<TensorRecord> tensors, ReadOnlySpan<OpRecord> ops,
        ReadOnlySpan<BufferHandle> buffers, ReadOnlySpan<byte> names)
    {
        var program = new ProgramHandle();
        try
        {
            var backendValue = program.Hold(backend);
            var bufferValues = new nint[buffers.Length];
            for (var i = 0; i < buffers.Length; i++)
                bufferValues[i] = program.Hold(buffers[i]);
            program.Compile(backendValue, tensors, ops, bufferValues, names);
            return program;
        }
        catch
        {
            program.Dispose();
            throw;
        }
    }

    public ProgramStats Describe()
    {
        using var lease = new HandleLease(this);
        LkProgramStats.__Internal stats;
        Status.ThrowIfFailed(Lk.ProgramDescribe(lease.Value, (nint)(&stats)));
        return new(stats.op_count, stats.phase_count, stats.barrier_count, stats.scratch_bytes);
    }

    /// <summary>Runs one step; allocates nothing. On the CPU it is done on return, else after <see cref="BackendHandle.Wait"/>.</summary>
    /// <param name="arguments">The live counts, indexed by <see cref="LkArgument"/>.</param>
    /// <param name="cancel">Polled between phases, and so to be kept until the step is done.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was set.</exception>
    /// <exception cref="NativeException">A live count exceeds a record's rows, or an op met bad data such as an unknown token id.</exception>
    public void Submit(ReadOnlySpan<int> arguments, CancelFlag? cancel = null)
    {
        using var lease = new HandleLease(this);
        if (cancel is null)
        {
            Run(lease.Value, arguments, 0);
            return;
        }
        using var cancelLease = new HandleLease(cancel);
        Run(lease.Value, arguments, cancelLease.Value);
    }

    /// <summary>Starts or stops timing each op; starting clears the sums.</summary>
    public void Profile(bool on)
    {
        using var lease = new HandleLease(this);
        Status.ThrowIfFailed(Lk.ProgramProfile(lease.Value, on ? 1 : 0));
    }

    /// <summary>Gives the time that all threads together spent in each op since timing was started.</summary>
    /// <param name="nanoseconds">One for each op.</param>
    public void ReadOpTimes(Span<long> nanoseconds)
    {
        using var lease = new HandleLease(this);
        fixed (long* pointer = nanoseconds)
            Status.ThrowIfFailed(Lk.ProgramOpTimes(lease.Value, pointer, nanoseconds.Length));
    }

    protected override void Free(nint value) => Lk.ProgramFree(value);

    private void Compile(
        nint backend, ReadOnlySpan<TensorRecord> tensors, ReadOnlySpan<OpRecord> ops, ReadOnlySpan<nint> buffers, ReadOnlySpan<byte> names)
    {
        fixed (TensorRecord* tensorPointer = tensors)
        fixed (OpRecord* opPointer = ops)
        fixed (nint* bufferPointer = buffers)
        fixed (byte* namePointer = names)
        {
            var description = new LkProgramDesc.__Internal
            {
                tensors = (nint)tensorPointer,
                ops = (nint)opPointer,
                buffers = (nint)bufferPointer,
                names = (nint)namePointer,
                tensor_count = tensors.Length,
                op_count = ops.Length,
                buffer_count = buffers.Length,
                names_length = names.Length,
            };
            nint created;
            Status.ThrowIfFailed(Lk.ProgramCreate(backend, (nint)(&description), (nint)(&created)));
            SetHandle(created);
        }
    }

    private static void Run(nint program, ReadOnlySpan<int> arguments, nint cancel)
    {
        fixed (int* pointer = arguments)
        {
            var run = new LkRun.__Internal { args = (nint)pointer, cancel = cancel, arg_count = arguments.Length };
            Status.ThrowIfFailed(Lk.ProgramSubmit(program, (nint)(&run)));
        }
    }
}
