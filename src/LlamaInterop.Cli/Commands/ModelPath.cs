using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Text;

namespace LlamaInterop.Cli.Commands;

/// <summary>Where the model of a verb lies: a file that is named, one of a hub, or the one that ships with the repository.</summary>
internal static class ModelPath
{
    /// <exception cref="UsageException">The name is empty, two models are named, or none is and there is no demo model.</exception>
    public static string Of(ModelOptions options, Terminal terminal)
    {
        if (options.Model is "")
            throw new UsageException("--model: the name is empty");
        if (options.Model is not null && options.HubModel is not null)
            throw new UsageException("--model and --hf-repo name two models");
        return options.Model ?? (options.HubModel is null ? DemoModel.Path(terminal.Error) : PullCommand.Download(options.HubModel, options, terminal));
    }
}
