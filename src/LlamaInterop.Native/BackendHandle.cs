using System.Runtime.InteropServices;
using System.Text;

namespace LlamaInterop.Native;

/// <summary>
/// What to open. Zeros choose one thread a physical core, the first device, and all instruction sets of this machine; bit i of the
/// mask allows instruction set i of <see cref="LkIsa"/>.
/// </summary>
internal readonly record struct BackendOptions(LkBackendKind Kind, int ThreadCount = 0, int Device = 0, uint IsaMask = 0)
{
    /// <summary>Where the CPU's threads run.</summary>
    public ProcessorOptions Processors { get; init; }
}

/// <summary>Where threads run and how they wait, in the terms of <c>lk_backend_config</c>; zeros are the defaults.</summary>
/// <param name="Numbers">Logical processors, or null for the default.</param>
/// <param name="Strict">Whether each thread has one of its own.</param>
/// <param name="Priority">From -1 to 3.</param>
/// <param name="SpinMicroseconds">-1 for none, 0 for the default.</param>
/// <param name="Numa">What is done about several memories.</param>
internal readonly record struct ProcessorOptions(
    IReadOnlyList<int>? Numbers, bool Strict = false, int Priority = 0, int SpinMicroseconds = 0, LkNuma Numa = LkNuma.NONE);

/// <summary>What was opened. Memory, page and caches are in bytes; 0 for no huge pages and for caches that are not known.</summary>
internal sealed record BackendInfo(
    string Name, string Isa, long MemoryTotal, long MemoryFree, LkBackendKind Kind, int ThreadCount, int CoreCount, int NodeCount, long HugePageBytes,
    long CacheBytes);

/// <summary>An open backend (<c>lk_backend</c>).</summary>
internal sealed unsafe class BackendHandle : KernelHandle
{
    private BackendHandle()
    {
    }

    /// <exception cref="NativeException">The backend is not in this build or has no such device; the message says which.</exception>
    public static BackendHandle Open(BackendOptions options)
    {
        var config = new LkBackendConfig.__Internal
        {
            thread_count = options.ThreadCount,
            device = options.Device,
            isa_mask = options.IsaMask,
            strict = options.Processors.Strict ? 1 : 0,
            priority = options.Processors.Priority,
            spin_microseconds = options.Processors.SpinMicroseconds,
            numa = (int)options.Processors.Numa,
        };
        foreach (int number in options.Processors.Numbers ?? [])
            config.processors[number / 64] |= 1ul << (number % 64);
        var backend = new BackendHandle();
        nint opened;
        Status.ThrowIfFailed(Lk.BackendOpen(options.Kind, (nint)(&config), (nint)(&opened)));
        backend.SetHandle(opened);
        return backend;
    }

    public BackendInfo Describe()
    {
        using var lease = new HandleLease(this);
        LkBackendInfo.__Internal info;
        Status.ThrowIfFailed(Lk.BackendDescribe(lease.Value, (nint)(&info)));
        return new(
            Text(new(info.name, 128)), Text(new(info.isa, 64)), info.memory_total, info.memory_free,
            (LkBackendKind)info.kind, info.thread_count, info.core_count, info.node_count, info.huge_page_bytes, info.cache_bytes);
    }

    /// <summary>Returns when all submitted work is done.</summary>
    public void Wait()
    {
        using var lease = new HandleLease(this);
        Status.ThrowIfFailed(Lk.BackendWait(lease.Value));
    }

    /// <summary>The element type in which MAT_MUL reads its second source for such weights.</summary>
    public LkType MatmulActivation(LkType weights, LkLayout layout)
    {
        using var lease = new HandleLease(this);
        int activation;
        Status.ThrowIfFailed(Lk.MatmulActivation(lease.Value, (int)weights, (int)layout, &activation));
        return (LkType)activation;
    }

    /// <summary>Whether MAT_MUL reads weights of a type in a layout.</summary>
    public bool Reads(LkType weights, LkLayout layout)
    {
        using var lease = new HandleLease(this);
        int activation;
        return Lk.MatmulActivation(lease.Value, (int)weights, (int)layout, &activation) == LkStatus.OK;
    }

    /// <summary>The name of the instruction set that multiplies such weights, or null where there is no kernel.</summary>
    public string? MatmulKernel(LkType weights)
    {
        using var lease = new HandleLease(this);
        return Marshal.PtrToStringUTF8((nint)Lk.MatmulKernel(lease.Value, (int)weights));
    }

    /// <summary>Whether this backend would run a valid op over tensors that <paramref name="op"/> indexes.</summary>
    /// <exception cref="NativeException">The op is wrong on any backend.</exception>
    public bool Supports(in OpRecord op, ReadOnlySpan<TensorRecord> tensors)
    {
        using var lease = new HandleLease(this);
        fixed (OpRecord* opPointer = &op)
        fixed (TensorRecord* tensorPointer = tensors)
        {
            var status = Lk.OpSupported(lease.Value, (nint)opPointer, (nint)tensorPointer, tensors.Length);
            if (status != LkStatus.UNSUPPORTED)
                Status.ThrowIfFailed(status);
            return status == LkStatus.OK;
        }
    }

    protected override void Free(nint value) => Lk.BackendFree(value);

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
