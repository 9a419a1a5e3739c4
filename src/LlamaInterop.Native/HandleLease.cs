using System.Runtime.InteropServices;

namespace LlamaInterop.Native;

/// <summary>Keeps a handle open during a call: another thread's Dispose then waits with the release until the lease ends.</summary>
internal readonly ref struct HandleLease : IDisposable
{
    private readonly SafeHandle handle;

    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public HandleLease(SafeHandle handle)
    {
        var added = false;
        handle.DangerousAddRef(ref added);
        this.handle = handle;
    }

    public nint Value => handle.DangerousGetHandle();

    public void Dispose() => handle.DangerousRelease();
}
