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
    public static BackendHandle Open(BackendChoice choice, int threads)
    {
        NativeException? missing = null;
        foreach ((BackendChoice name, LkBackendKind kind) in FastestFirst)
        {
            if (choice != BackendChoice.Auto && choice != name)
                continue;
            try
            {
                return BackendHandle.Open(new BackendOptions(kind, threads));
            }
            catch (NativeException e) when (e.Status == LkStatus.NO_DEVICE)
            {
                missing = e;
            }
        }
        throw new BackendUnavailableException(missing!.Message, missing);
    }

    /// <summary>Every kind of backend: what it is where there is one, else why there is none.</summary>
    public static IEnumerable<(BackendChoice Choice, string Text, bool Available)> Describe()
    {
        foreach ((BackendChoice choice, _) in FastestFirst.Reverse())
        {
            BackendInfo? info = null;
            string reason = "";
            try
            {
                using BackendHandle backend = Open(choice, 0);
                info = backend.Describe();
            }
            catch (BackendUnavailableException e)
            {
                reason = e.Message;
            }
            yield return info is null ? (choice, reason, false)
                : (choice, $"{info.Name}, {info.Isa}, {info.ThreadCount} cores, {info.MemoryTotal >> 20} MiB", true);
        }
    }
}
