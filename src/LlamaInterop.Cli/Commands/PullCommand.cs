using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>pull MODEL</c>: downloads a model, and says where it is.</summary>
internal static class PullCommand
{
    public static int Run(PullOptions options, Terminal terminal)
    {
        terminal.WriteLine(Download(options.Model, options, terminal));
        return 0;
    }

    /// <summary>The path of a model, which is downloaded unless it is in the cache.</summary>
    public static string Download(string model, DownloadFlags flags, Terminal terminal)
    {
        ModelReference reference;
        try
        {
            reference = ModelReference.Parse(model);
        }
        catch (FormatException error)
        {
            throw new UsageException(error.Message);
        }
        using var progress = new DownloadLine(terminal);
        return ModelDownload.RunAsync(reference, flags.ToDownloadOptions(), progress, terminal.Interrupted).GetAwaiter().GetResult();
    }
}
