using System.Runtime.InteropServices;

namespace LlamaInterop.Native;

/// <summary>Keeps a handle open during a call: another thread's Dispose then waits with the release until the lease ends.</summary>
internal readonly ref struct HandleLease : IDisposable
{
    private readonly SafeHandle _handle;

    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public HandleLease(SafeHandle handle)
    {
        var added = false;
        handle.DangerousAddRef(ref added);
        _handle = handle;
    }

    public nint Value => _handle.DangerousGetHandle();

    public void Dispose() => _handle.DangerousRelease();
}
