using System.Runtime.InteropServices;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Native;

internal sealed class NativeLibraryLoaderTests
{
    private string directory = "";

    [SetUp]
    public void MakeDirectory() => directory = Directory.CreateTempSubdirectory("native-loader").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(directory, recursive: true);

    [Test]
    public void LooksOnlyAtTheFileThatTheVariableNames()
    {
        var file = Path.Combine(directory, "other.so");
        Assert.That(NativeLibraryLoader.Candidates(file, AppContext.BaseDirectory), Is.EqualTo([file]));
    }

    [Test]
    public void LooksOnlyInTheFolderThatTheVariableNames() => Assert.That(
        NativeLibraryLoader.Candidates(directory, AppContext.BaseDirectory), Is.EqualTo([Path.Combine(directory, NativeLibraryLoader.FileName)]));

    [Test]
    public void LooksInTheBuildFolderThenBesideTheProgramThenInItsRuntimes()
    {
        var program = Path.Combine(directory, "src", "bin");
        Directory.CreateDirectory(program);
        File.WriteAllText(Path.Combine(directory, "LlamaInterop.sln"), "");
        var candidates = NativeLibraryLoader.Candidates(null, program);
        Assert.That(candidates, Has.Count.EqualTo(3));
        Assert.That(candidates[0], Is.EqualTo(Path.Combine(directory, "build", "lib", NativeLibraryLoader.FileName)));
        Assert.That(candidates[1], Is.EqualTo(Path.Combine(program, NativeLibraryLoader.FileName)));
        Assert.That(candidates[2], Does.Match(@"runtimes[/\\](linux|osx|win)-(x64|arm64)[/\\]native[/\\]"));
    }

    [TestCase(null)]
    [TestCase("")]
    public void LooksInNoBuildFolderOutsideARepository(string? setting) =>
        Assert.That(NativeLibraryLoader.Candidates(setting, directory), Has.Count.EqualTo(2));

    [Test]
    public void SaysWhereItLooked()
    {
        string[] candidates = [Path.Combine(directory, "first.so"), Path.Combine(directory, "second.so")];
        Assert.That(() => NativeLibraryLoader.Load(candidates), Throws.TypeOf<DllNotFoundException>().With.Message.EqualTo(
            $"llamakernels is in none of these places: {candidates[0]}, {candidates[1]} (LLAMAINTEROP_NATIVE may name its file or folder)"));
    }

    [Test]
    public void RefusesAFileThatIsNoLibrary()
    {
        var file = Path.Combine(directory, NativeLibraryLoader.FileName);
        File.WriteAllText(file, "text");
        Assert.That(() => NativeLibraryLoader.Load([file]), Throws.TypeOf<DllNotFoundException>()
            .With.Message.StartsWith($"{file}: does not load: ").And.Message.Not.Contains("\n"));
    }

    [Test]
    public void RefusesAnotherLibrary()
    {
        var other = Directory.EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*System.Native.*")
            .First(file => Path.GetExtension(file) is ".so" or ".dylib" or ".dll");
        Assert.That(() => NativeLibraryLoader.Load([other]), Throws.TypeOf<DllNotFoundException>().With.Message.EqualTo(
            $"{other}: is no llamakernels: it lacks lk_abi_version, lk_record_size or lk_record_offset"));
    }

    [Test]
    public void LoadsTheLibraryThatWasBuilt()
    {
        var candidates = NativeLibraryLoader.Candidates(
            Environment.GetEnvironmentVariable(NativeLibraryLoader.Variable), AppContext.BaseDirectory);
        Assert.That(NativeLibraryLoader.Load(candidates), Is.Not.Zero);
    }
}
