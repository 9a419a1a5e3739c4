using System.Diagnostics;

/// <summary>
/// What .NET runs ahead of a program whose environment names this assembly in <c>DOTNET_STARTUP_HOOKS</c>: at the program's end it writes to
/// stderr which assemblies and native libraries were loaded, a name a line. The runtime wants the class in no namespace.
/// </summary>
internal static class StartupHook
{
    public const string Mark = "loaded: ";

    public static void Initialize() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Report();

    private static void Report()
    {
        string?[] managed = [.. AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name)];
        using Process process = Process.GetCurrentProcess();
        foreach (string? name in managed.Concat(process.Modules.Cast<ProcessModule>().Select(module => module.ModuleName)))
            Console.Error.WriteLine(Mark + name);
    }
}
