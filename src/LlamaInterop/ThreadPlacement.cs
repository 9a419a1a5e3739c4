using LlamaInterop.Native;

namespace LlamaInterop;

/// <summary>How much the system prefers the computing threads to others.</summary>
public enum ComputePriority
{
    /// <summary>Below others (Linux: a batch job).</summary>
    Low = -1,

    /// <summary>Like others.</summary>
    Normal = 0,

    /// <summary>Above others. From here on most systems want a privilege (Linux: CAP_SYS_NICE, for the real-time queue).</summary>
    Medium = 1,

    /// <summary>Far above others.</summary>
    High = 2,

    /// <summary>Before everything else; a machine that is computing may hardly react.</summary>
    RealTime = 3,
}

/// <summary>What is done on a machine whose processors have memory of their own (NUMA nodes). With one node all are alike.</summary>
public enum NumaPlacement
{
    /// <summary>Threads and memory are where the system puts them.</summary>
    None = 0,

    /// <summary>
    /// Threads take turns over the nodes, and large buffers lie on all of them, page by page (Linux). Weights that are read from the file's
    /// mapping lie where the system read them in.
    /// </summary>
    Distribute = 1,

    /// <summary>Threads run on the node on which the model was loaded, and so memory comes from there.</summary>
    Isolate = 2,

    /// <summary>As <c>numactl</c> set the process up; its limits always hold, so that this is the same as none.</summary>
    Numactl = 3,
}

/// <summary>
/// Where the processor's threads run and how they wait for each other. By default they run on the cores of the fast kind, as far as the
/// process's affinity and its container allow.
/// </summary>
public sealed record ThreadPlacement
{
    /// <summary>One past the highest number that a processor can have.</summary>
    internal const int MostProcessors = 1024;

    /// <summary>Numbers of the logical processors that threads may run on, as the system counts them; none for the default.</summary>
    public IReadOnlyList<int> Processors { get; init; } = [];

    /// <summary>Whether each thread is bound to one processor of its own: one of each core first, then their siblings.</summary>
    public bool OneProcessorEach { get; init; }

    /// <summary>How the threads are preferred; loading fails where the system refuses.</summary>
    public ComputePriority Priority { get; init; }

    /// <summary>How long a thread that waits for the others looks for them before it sleeps; 0 for not at all.</summary>
    public int SpinMicroseconds { get; init; } = 50;

    /// <summary>What is done about several memories.</summary>
    public NumaPlacement Numa { get; init; }

    internal ProcessorOptions ToNative() =>
        new(Processors, OneProcessorEach, (int)Priority, SpinMicroseconds == 0 ? -1 : SpinMicroseconds, (LkNuma)Numa);
}
