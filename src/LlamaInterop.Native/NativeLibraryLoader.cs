using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LlamaInterop.Native;

/// <summary>
/// Finds and loads the kernel library at the first call into it, and refuses one that the bindings do not fit. Places, in order:
/// the file or folder that <c>LLAMAINTEROP_NATIVE</c> names (then no other is looked at), <c>build/lib</c> of the repository that
/// the program lies in (so that a fresh build is never hidden by an older copy), the program's folder, and its
/// <c>runtimes/RID/native</c>.
/// </summary>
internal static class NativeLibraryLoader
{
    /// <summary>The environment variable that names the library's file or its folder.</summary>
    public const string Variable = "LLAMAINTEROP_NATIVE";

    private const string LibraryName = "llamakernels";

    /// <summary>The library's file name on this system.</summary>
    public static string FileName { get; } =
        OperatingSystem.IsWindows() ? $"{LibraryName}.dll" : OperatingSystem.IsMacOS() ? $"lib{LibraryName}.dylib" : $"lib{LibraryName}.so";

    /// <summary>Where the library is looked for.</summary>
    /// <param name="setting">The value of <see cref="Variable"/>, or null.</param>
    /// <param name="programDirectory">The folder of the program's assemblies.</param>
    public static IReadOnlyList<string> Candidates(string? setting, string programDirectory)
    {
        if (!string.IsNullOrEmpty(setting))
            return [Directory.Exists(setting) ? Path.Combine(setting, FileName) : setting];
        var candidates = new List<string>();
        if (RepositoryAbove(programDirectory) is { } repository)
            candidates.Add(Path.Combine(repository, "build", "lib", FileName));
        candidates.Add(Path.Combine(programDirectory, FileName));
        candidates.Add(Path.Combine(programDirectory, "runtimes", PortableRuntimeIdentifier(), "native", FileName));
        return candidates;
    }

    /// <summary>Loads the first candidate that exists.</summary>
    /// <exception cref="DllNotFoundException">None exists, the one found does not load, or the bindings do not fit it; one line says which.</exception>
    public static nint Load(IReadOnlyList<string> candidates)
    {
        var path = candidates.FirstOrDefault(File.Exists) ?? throw new DllNotFoundException(
            $"{LibraryName} is in none of these places: {string.Join(", ", candidates)} ({Variable} may name its file or folder)");
        nint library;
        try
        {
            library = NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException($"{path}: does not load: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        RefuseUnlessFitting(path, library);
        return library;
    }

    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255", Justification = "P/Invokes have no other place to hook their library's search.")]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraryLoader).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == LibraryName ? Load(Candidates(Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory)) : 0;

    /// <summary>Calls by address: a P/Invoke would ask for the library again, which is just being loaded.</summary>
    private static unsafe void RefuseUnlessFitting(string path, nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "lk_abi_version", out var version)
            || !NativeLibrary.TryGetExport(library, "lk_record_size", out var size)
            || !NativeLibrary.TryGetExport(library, "lk_record_offset", out var offset))
        {
            throw new DllNotFoundException($"{path}: is no {LibraryName}: it lacks lk_abi_version, lk_record_size or lk_record_offset");
        }
        var differences = AbiCheck.Differences(
            ((delegate* unmanaged[Cdecl]<int>)version)(),
            record => ((delegate* unmanaged[Cdecl]<int, int>)size)(record),
            (record, field) => ((delegate* unmanaged[Cdecl]<int, int, int>)offset)(record, field));
        if (differences.Count > 0)
            throw new DllNotFoundException($"{path}: does not fit these bindings: {string.Join("; ", differences)}");
    }

    private static string PortableRuntimeIdentifier()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }

    private static string? RepositoryAbove(string? directory)
    {
        while (directory is not null && !File.Exists(Path.Combine(directory, "LlamaInterop.sln")))
            directory = Path.GetDirectoryName(directory);
        return directory;
    }
}
