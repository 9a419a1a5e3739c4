using System.Text.RegularExpressions;
using LlamaInterop.Measuring;

namespace LlamaInterop.Tables;

internal enum EngineKind
{
    Ours,
    LlamaCpp,
    Ik,
}

/// <summary>An engine as it is built and called.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Kind">Which tools and flags it has.</param>
/// <param name="Folder">Where its programs lie; of this engine its program.</param>
/// <param name="Extra">Flags of all its runs beside those of a test.</param>
internal sealed record Engine(string Name, EngineKind Kind, string Folder, params string[] Extra)
{
    /// <summary>This engine as it is, and with activations as coarse as the others' are.</summary>
    public const string OurName = "LlamaInterop", OurPlainName = "LlamaInterop plain";

    private const string OurSources = "native src cmake";

    /// <summary>The last commit that changed what is measured.</summary>
    public string Commit { get; } = Kind == EngineKind.Ours
        ? Git(Path.GetDirectoryName(Folder)!, $"log -1 --format=%h -- :/{OurSources.Replace(" ", " :/")}")
        : Git(Folder, "log -1 --format=%h");

    /// <summary>The settings of its build that matter to speed, from CMake's cache.</summary>
    public string BuildFlags
    {
        get
        {
            string cache = Path.Combine(Path.GetDirectoryName(Folder.TrimEnd('/'))!, "CMakeCache.txt");
            if (Kind == EngineKind.Ours || !File.Exists(cache))
                return "Release";
            var settings = Regex.Matches(File.ReadAllText(cache), @"^(CMAKE_BUILD_TYPE|GGML_(?:NATIVE|CPU_REPACK|OPENMP|LLAMAFILE|LTO|IQK_\w+|BLAS)):\w+=(.*)$", RegexOptions.Multiline);
            return string.Join(' ', settings.Select(setting => $"{setting.Groups[1].Value}={setting.Groups[2].Value}"));
        }
    }

    /// <summary>Whether weights are laid out anew when the model is loaded.</summary>
    public string Repack => Kind switch
    {
        EngineKind.Ours => "its own choice",
        EngineKind.LlamaCpp => "on where it has a layout (its default)",
        _ => Extra.Contains("-rtr") ? "on (-rtr)" : "off (its default)",
    };

    /// <summary>How this engine is called.</summary>
    public (string Program, string[] Arguments) Call(params string[] arguments) => Folder.EndsWith(".dll") ? ("dotnet", [Folder, .. arguments]) : (Folder, arguments);

    private static string Git(string folder, string arguments)
    {
        Outcome outcome = Child.Run("git", ["-C", folder, .. arguments.Split(' ')]);
        return outcome.ExitCode == 0 && outcome.Output.Trim() is { Length: > 0 } commit ? commit : "unknown";
    }
}
