using System.Runtime.InteropServices;

namespace LlamaInterop.Native;

/// <summary>
/// A handle of the library with what must outlive it. The library wants children freed before their parents; each child counts as
/// a user of its parents, so any order of Dispose calls, and finalizers in any order, come out right.
/// </summary>
internal abstract class KernelHandle() : SafeHandle(0, ownsHandle: true)
{
    private readonly List<SafeHandle> _parents = [];

    /// <summary>A handle that the library refused to make still has parents to let go.</summary>
    public sealed override bool IsInvalid => handle == 0 && _parents.Count == 0;

    /// <summary>Keeps <paramref name="parent"/> open until this handle is released, and gives its value.</summary>
    /// <exception cref="ObjectDisposedException">The parent is closed.</exception>
    protected nint Hold(SafeHandle parent)
    {
        var added = false;
        parent.DangerousAddRef(ref added);
        _parents.Add(parent);
        return parent.DangerousGetHandle();
    }

    protected sealed override bool ReleaseHandle()
    {
        if (handle != 0)
            Free(handle);
        foreach (var parent in _parents)
            parent.DangerousRelease();
        _parents.Clear();
        return true;
    }

    /// <summary>Calls the library's function that frees this kind of handle.</summary>
    protected abstract void Free(nint value);
}
