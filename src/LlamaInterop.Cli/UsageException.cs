namespace LlamaInterop.Cli;

/// <summary>The command line cannot be followed as typed: one line that names the flag, and exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
