using System.Runtime.InteropServices;
using System.Text;
using LlamaInterop.Cli.Output;

namespace LlamaInterop.Cli;

/// <summary>
/// What a verb reads and writes. <see cref="Output"/> carries the result and nothing else; whatever is said about the
/// work goes to <see cref="Error"/>.
/// </summary>
internal sealed class Terminal(Stream input, Stream output, TextWriter error) : IDisposable
{
    /// <summary>SIGXFSZ, by its number on Linux and macOS.</summary>
    private const PosixSignal FileTooLarge = (PosixSignal)25;

    private CancellationTokenSource? _interruption;
    private PosixSignalRegistration? _termination;
    private PosixSignalRegistration? _fileLimit;

    public Stream Input { get; } = input;

    public Stream Output { get; } = output;

    public TextWriter Error { get; } = error;

    /// <summary>Writes a line of the result.</summary>
    public void WriteLine(string line)
    {
        Output.Write(Encoding.UTF8.GetBytes(line));
        Output.WriteByte((byte)'\n');
    }

    /// <summary>Whether a person watches <see cref="Error"/>, so that a progress line may redraw itself.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether a person watches <see cref="Output"/>, so that <c>--color auto</c> means yes.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Cancelled by the first Ctrl-C or SIGTERM; a second one ends the process.</summary>
    public CancellationToken Interrupted { get; init; }

    /// <summary>The process's own streams, with Ctrl-C turned into <see cref="Interrupted"/>.</summary>
    public static Terminal OfProcess()
    {
        var interruption = new CancellationTokenSource();
        Console.CancelKeyPress += (_, key) =>
        {
            key.Cancel = !interruption.IsCancellationRequested;
            interruption.Cancel();
        };
        return new(Console.OpenStandardInput(), StandardOutput.Open(), Console.Error)
        {
            ErrorIsTerminal = !Console.IsErrorRedirected,
            OutputIsTerminal = !Console.IsOutputRedirected,
            Interrupted = interruption.Token,
            _interruption = interruption,
            _termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
            {
                signal.Cancel = !interruption.IsCancellationRequested;
                interruption.Cancel();
            }),
            _fileLimit = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(FileTooLarge, LetTheWriteFail),
        };
    }

    public void Dispose()
    {
        _termination?.Dispose();
        _interruption?.Dispose();
        _fileLimit?.Dispose();
    }

    /// <summary>Beyond the limit of <c>ulimit -f</c> the write returns an error, where the signal would end the process amid a file.</summary>
    private static void LetTheWriteFail(PosixSignalContext signal) => signal.Cancel = true;
}
