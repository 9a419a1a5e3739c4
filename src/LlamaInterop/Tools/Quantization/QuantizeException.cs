namespace LlamaInterop.Tools;

/// <summary>A model cannot be quantized as asked. The message is one line that names the tensor, key or option and says why.</summary>
public sealed class QuantizeException : Exception
{
    public QuantizeException(string message)
        : base(message)
    {
    }

    public QuantizeException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
