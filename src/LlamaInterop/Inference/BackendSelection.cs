using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>Opens the backend that was asked for. Nothing falls back in silence: only Auto may choose, and says what it chose.</summary>
internal static class BackendSelection
{
    private static readonly (BackendChoice Choice, LkBackendKind Kind)[] FastestFirst =
    [
        (BackendChoice.Cuda, LkBackendKind.CUDA),
        (BackendChoice.Metal, LkBackendKind.METAL),
        (BackendChoice.Cpu, LkBackendKind.CPU),
    ];

    /// <exception cref="BackendUnavailableException">There is no such backend or device; the message says why.</exception>
    /// <exception cref="NativeException">Threads cannot run as the placement says; the message says why.</exception>
    public static BackendHandle Open(BackendChoice choice, int threads, ThreadPlacement placement)
    {
        NativeException? missing = null;
        foreach ((BackendChoice name, LkBackendKind kind) in FastestFirst)
        {
            if (choice != BackendChoice.Auto && choice != name)
                continue;
            try
            {
                return BackendHandle.Open(new BackendOptions(kind, threads) { Processors = placement.ToNative() });
            }
            catch (NativeException e) when (e.Status == LkStatus.NO_DEVICE)
            {
                missing = e;
            }
        }
        throw new BackendUnavailableException(missing!.Message, missing);
    }

    /// <summary>Fails where <see cref="Open"/> would.</summary>
    /// <exception cref="BackendUnavailableException">There is no such backend or device; the message says why.</exception>
    /// <exception cref="NativeException">Threads cannot run as the placement says; the message says why.</exception>
    public static void Require(BackendChoice choice, int threads, ThreadPlacement placement) => Open(choice, threads, placement).Dispose();

    /// <summary>Every kind of backend: what it is where there is one, else why there is none.</summary>
    public static IEnumerable<(BackendChoice Choice, string Text, bool Available)> Describe()
    {
        foreach ((BackendChoice choice, _) in FastestFirst.Reverse())
        {
            BackendInfo? info = null;
            string reason = "";
            try
            {
                using BackendHandle backend = Open(choice, 0, new ThreadPlacement());
                info = backend.Describe();
            }
            catch (BackendUnavailableException e)
            {
                reason = e.Message;
            }
            yield return info is null ? (choice, reason, false) : (choice, Summarize(info), true);
        }
    }

    private static string Summarize(BackendInfo info)
    {
        string cores = info.ThreadCount == info.CoreCount ? $"{info.CoreCount}" : $"{info.ThreadCount} of {info.CoreCount}";
        string nodes = info.NodeCount > 1 ? $", {info.NodeCount} NUMA nodes" : "";
        string pages = info.HugePageBytes > 0 ? $"huge pages of {info.HugePageBytes >> 10} KiB" : "no huge pages";
        return $"{info.Name}, {info.Isa}, {cores} core{(info.CoreCount == 1 ? "" : "s")}{nodes}, {info.MemoryTotal >> 20} MiB, {pages}";
    }
}
