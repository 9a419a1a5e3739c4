using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace LlamaInterop.Tests;

/// <summary>Where the models and reference outputs lie: the folder <c>shared</c> beside the repository.</summary>
internal static class SharedData
{
    /// <summary>The repository's root: the nearest folder above the test binaries that holds LlamaInterop.sln.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    /// <summary>The folder of models and references, or where it would be if it is absent.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared"));

    public static bool Exists => Directory.Exists(Root);

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Names, without extension, of the files of a folder that match a pattern; none where the folder is absent.</summary>
    public static string[] FilesOf(string pattern, params string[] parts) => !Exists ? []
        : [.. Directory.GetFiles(PathOf(parts), pattern).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!];

    private static string FindRepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "LlamaInterop.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new DirectoryNotFoundException("LlamaInterop.sln is in no folder above the tests.");
    }
}

/// <summary>Marks a test or fixture that reads <see cref="SharedData"/>; it is skipped only where that folder is absent.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class NeedsSharedDataAttribute : NUnitAttribute, IApplyToTest
{
    public void ApplyToTest(Test test)
    {
        if (SharedData.Exists || test.RunState == RunState.NotRunnable)
            return;
        test.RunState = RunState.Ignored;
        test.Properties.Set(PropertyNames.SkipReason, $"needs {SharedData.Root}");
    }
}
