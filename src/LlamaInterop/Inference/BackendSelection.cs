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

    /// <exception cref="NativeException">There is no such backend or device; the message says why.</exception>
    public static BackendHandle Open(BackendChoice choice, int threads)
    {
        foreach ((BackendChoice name, LkBackendKind kind) in FastestFirst)
        {
            bool isLast = kind == LkBackendKind.CPU;
            if (choice != BackendChoice.Auto && choice != name)
                continue;
            try
            {
                return BackendHandle.Open(new BackendOptions(kind, threads));
            }
            catch (NativeException e) when (choice == BackendChoice.Auto && !isLast && e.Status == LkStatus.NO_DEVICE)
            {
                // Auto goes on to the next; the caller prints what it got.
            }
        }
        throw new ArgumentOutOfRangeException(nameof(choice), choice, "no such backend");
    }
}
