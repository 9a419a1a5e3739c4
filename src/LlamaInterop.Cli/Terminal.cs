using System.Runtime.InteropServices;
using System.Text;
using LlamaInterop.Cli.Output;

namespace LlamaInterop.Cli;

/// <summary>
/// What a verb reads and writes. <see cref="Output"/> carries the result and nothing else; whatever is said about the
/// work goes to <see cref="Error"/>.
/// </summary>
/// <param name="input">Read from.</param>
/// <param name="output">Gets the result.</param>
/// <param name="error">Gets what is said about the work; null: the process's own, which takes longer to open than a short verb to run.</param>
internal sealed class Terminal(Stream input, Stream output, TextWriter? error) : IDisposable
{
    /// <summary>SIGXFSZ, by its number on Linux and macOS.</summary>
    private const PosixSignal FileTooLarge = (PosixSignal)25;

    private CancellationTokenSource? _interruption;
    private PosixSignalRegistration[] _signals = [];

    public Stream Input { get; } = input;

    public Stream Output { get; } = output;

    public TextWriter Error => field ??= new TolerantWriter(error ?? Console.Error);

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

    /// <summary>Cancelled by the first Ctrl-C, SIGTERM or SIGHUP (the terminal was closed); a second one ends the process.</summary>
    public CancellationToken Interrupted { get; init; }

    /// <summary>The process's own streams, with Ctrl-C turned into <see cref="Interrupted"/>.</summary>
    public static Terminal OfProcess()
    {
        var interruption = new CancellationTokenSource();
        return new(Console.OpenStandardInput(), StandardOutput.Open(), error: null)
        {
            ErrorIsTerminal = !Console.IsErrorRedirected,
            OutputIsTerminal = !Console.IsOutputRedirected,
            Interrupted = interruption.Token,
            _interruption = interruption,
            _signals =
            [
                PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
                PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Interrupt),
                PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt),
                PosixSignalRegistration.Create(PosixSignal.SIGHUP, Interrupt),
                .. OperatingSystem.IsWindows() ? [] : new[] { PosixSignalRegistration.Create(FileTooLarge, LetTheWriteFail) },
            ],
        };

        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = !interruption.IsCancellationRequested;
            interruption.Cancel();
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
        _interruption?.Dispose();
    }

    /// <summary>Beyond the limit of <c>ulimit -f</c> the write returns an error, where the signal would end the process amid a file.</summary>
    private static void LetTheWriteFail(PosixSignalContext signal) => signal.Cancel = true;
}
