namespace LlamaInterop.Native;

/// <summary>A call into the kernel library failed; the message is the library's one line, which names what was wrong.</summary>
public sealed class NativeException : Exception
{
    internal NativeException(LkStatus status, string message) : base(message) => Status = status;

    internal LkStatus Status { get; }
}
