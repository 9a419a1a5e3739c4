using System.Runtime.CompilerServices;

namespace LlamaInterop.Measuring;

/// <summary>The checkout that the scripts lie in.</summary>
internal static class Checkout
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(OwnFolder(), "..", ".."));

    public static string Bench => Path.Combine(Root, "bench");

    /// <summary>This engine's program as a Release build leaves it, without its ending.</summary>
    public static string Program => Path.Combine(Root, "src", "LlamaInterop.Cli", "bin", "Release", "net10.0", "llama-interop");

    /// <summary>What `dotnet` runs of it.</summary>
    public static string Library => File.Exists(Program + ".dll") ? Program + ".dll" : throw new Failure($"{Program}.dll is missing; type: ./build.sh");

    private static string OwnFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
