using System.Text.Json;
using LlamaInterop.Gguf;
using LlamaInterop.Import;
using LlamaInterop.Inference;
using LlamaInterop.Models;
using LlamaInterop.Native;
using LlamaInterop.Sampling;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>What an exception becomes: one line on stderr and an exit code.</summary>
internal static class ErrorReport
{
    private const int Failed = 1;
    private const int Misused = 2;
    private const int Interrupted = 130;

    /// <summary>Writes the line for an error, with its stack only when asked, and returns the exit code.</summary>
    public static int Write(Exception error, TextWriter writer, bool withStack)
    {
        if (StandardOutput.IsBrokenPipe(error))
            return 0;
        if (error is OperationCanceledException)
        {
            writer.WriteLine("interrupted");
            return Interrupted;
        }
        if (error is InvalidOperationException { InnerException: { } cause } && IsExpected(cause))
            error = cause;
        string line = IsExpected(error) ? error.Message : $"unexpected {error.GetType().Name}: {error.Message}";
        writer.WriteLine($"error: {OneLine(line)}");
        if (withStack)
            writer.WriteLine(error.StackTrace);
        return error is UsageException or BackendUnavailableException ? Misused : Failed;
    }

    private static bool IsExpected(Exception error) => error
        is UsageException
        or GgufException
        or ModelException
        or QuantizeException
        or ImportException
        or BackendUnavailableException
        or NativeException
        or DllNotFoundException
        or CacheFullException
        or SamplingException
        or DownloadException
        or IOException
        or UnauthorizedAccessException
        or InvalidDataException
        or JsonException
        or OutOfMemoryException;

    /// <summary>What was typed may hold terminal sequences.</summary>
    private static string OneLine(string text) => string.Concat(text.ReplaceLineEndings(" ").Trim().Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));
}
