using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace LlamaInterop.Native;

/// <summary>The one place where a status of the library becomes an exception.</summary>
internal static unsafe class Status
{
    /// <summary>Does nothing when the call that returned <paramref name="status"/> succeeded.</summary>
    /// <exception cref="NativeException">It failed; the message is what <c>lk_last_error</c> says on this thread.</exception>
    /// <exception cref="OperationCanceledException">A run saw its cancel flag set.</exception>
    public static void ThrowIfFailed(LkStatus status)
    {
        if (status != LkStatus.OK)
            Throw(status);
    }

    /// <summary>The text of this thread's last failed call.</summary>
    public static string LastError() => Marshal.PtrToStringUTF8((nint)Lk.LastError()) ?? "";

    [DoesNotReturn]
    private static void Throw(LkStatus status)
    {
        var text = LastError();
        if (status == LkStatus.CANCELLED)
            throw new OperationCanceledException(text);
        throw new NativeException(status, text.Length > 0 ? text : $"the kernel library reports {status} without a reason");
    }
}
