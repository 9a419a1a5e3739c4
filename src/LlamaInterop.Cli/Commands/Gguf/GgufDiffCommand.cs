using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>gguf diff A B</c>: what differs, a line each; exits with 1 when anything does.</summary>
internal static class GgufDiffCommand
{
    private const int LongestText = 200;

    public static int Run(GgufDiffOptions options, Terminal terminal)
    {
        using var first = GgufFile.Open(options.First);
        using var second = GgufFile.Open(options.Second);
        bool differs = false;
        using var progress = new ConsoleProgress(terminal, "comparing");
        foreach (var difference in GgufComparison.Compare(first, second, progress, terminal.Interrupted))
        {
            string text = difference.Text.Length <= LongestText ? difference.Text : difference.Text[..LongestText] + "...";
            terminal.WriteLine(GgufListing.Printable($"{Mark(difference.Kind)} {difference.Subject}: {text}"));
            differs = true;
        }
        return differs ? 1 : 0;
    }

    private static char Mark(GgufDifferenceKind kind) => kind switch
    {
        GgufDifferenceKind.FirstOnly => '-',
        GgufDifferenceKind.SecondOnly => '+',
        _ => '!',
    };
}
