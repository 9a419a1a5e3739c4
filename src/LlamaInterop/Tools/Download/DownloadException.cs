namespace LlamaInterop.Tools;

/// <summary>A model cannot be downloaded; the message says in one line what, and why.</summary>
public sealed class DownloadException : Exception
{
    /// <summary>An error of a download.</summary>
    /// <param name="message">What was asked for, and why it failed.</param>
    /// <param name="innerException">What the network or the disk said, when they did.</param>
    public DownloadException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
