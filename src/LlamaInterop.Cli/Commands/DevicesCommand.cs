using System.Text;
using LlamaInterop.Cli.Options;
using LlamaInterop.Inference;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>devices</c>: every kind of backend, with its device or why there is none.</summary>
internal static class DevicesCommand
{
    public static int Run(DevicesOptions options, Terminal terminal)
    {
        foreach ((BackendChoice choice, string text, bool available) in BackendSelection.Describe())
        {
            string line = $"{choice.ToString().ToLowerInvariant(),-6} {(available ? text : "not available: " + text)}\n";
            terminal.Output.Write(Encoding.UTF8.GetBytes(line));
        }
        return 0;
    }
}
