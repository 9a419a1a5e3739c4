using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using LlamaInterop.Bindgen;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Native;

internal sealed class GeneratedBindingsTests
{
    private static readonly string HeaderDirectory = Path.Combine(SharedData.RepositoryRoot, "native", "include");
    private static readonly string[] Files =
        Directory.GetFiles(Path.Combine(SharedData.RepositoryRoot, "src", "LlamaInterop.Native", "Generated"), "*.cs");
    private static readonly MethodInfo[] Imports =
        [.. typeof(NativeMethods.__Internal).GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)];

    [TestCaseSource(nameof(Files))]
    public void AreMadeFromTheHeaderAsItIs(string file)
    {
        var firstLine = File.ReadLines(file).First();
        Assert.That(firstLine, Is.EqualTo(HeaderHash.BannerStart + HeaderHash.Of(HeaderDirectory)),
            "the header or an .inc file changed: run ./build.sh bindings");
    }

    [TestCaseSource(nameof(Files))]
    public void DeclareNothingPublic(string file) => Assert.That(File.ReadAllText(file), Does.Not.Match(@"\bpublic\b"));

    [Test]
    public void LeaveTheExceptionAsTheOnlyPublicType() =>
        Assert.That(typeof(NativeMethods).Assembly.GetExportedTypes(), Is.EqualTo([typeof(NativeException)]));

    [Test]
    public void NeedNothingOfCppSharp() => Assert.That(
        typeof(NativeMethods).Assembly.GetReferencedAssemblies().Select(name => name.Name), Has.None.StartsWith("CppSharp"));

    [Test]
    public void HoldEveryFunctionOfTheHeader()
    {
        var header = File.ReadAllText(Path.Combine(HeaderDirectory, "llamakernels.h"));
        var declared = Regex.Matches(header, @"^LK_API\b[^;(]*?\b(lk_\w+)\(", RegexOptions.Multiline).Select(match => match.Groups[1].Value);
        Assert.That(Imports.Select(EntryPoint), Is.EquivalentTo(declared));
    }

    [Test]
    public void FindEveryEntryPointInTheLibrary()
    {
        var library = NativeLibraryLoader.Load(
            NativeLibraryLoader.Candidates(Environment.GetEnvironmentVariable(NativeLibraryLoader.Variable), AppContext.BaseDirectory));
        Assert.That(Imports.Select(EntryPoint).Where(name => !NativeLibrary.TryGetExport(library, name, out _)), Is.Empty);
    }

    private static string EntryPoint(MethodInfo import) => import.GetCustomAttribute<DllImportAttribute>()!.EntryPoint!;
}
