namespace LlamaInterop.Models;

/// <summary>A model cannot be loaded or run as asked: the message is one line and names the key, the tensor or the figure.</summary>
public sealed class ModelException : Exception
{
    public ModelException(string message)
        : base(message)
    {
    }

    public ModelException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
