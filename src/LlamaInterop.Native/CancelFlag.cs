using System.Runtime.InteropServices;

namespace LlamaInterop.Native;

/// <summary>An int32 at a fixed address that a run polls between phases; any thread may set it.</summary>
internal sealed unsafe class CancelFlag : SafeHandle
{
    public CancelFlag() : base(0, ownsHandle: true) => SetHandle((nint)NativeMemory.AllocZeroed(sizeof(int)));

    public override bool IsInvalid => handle == 0;

    /// <summary>Stops the run that polls this flag, and those after it until <see cref="Clear"/>.</summary>
    public void Set() => Store(1);

    public void Clear() => Store(0);

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }

    private void Store(int value)
    {
        using var lease = new HandleLease(this);
        Volatile.Write(ref *(int*)lease.Value, value);
    }
}
