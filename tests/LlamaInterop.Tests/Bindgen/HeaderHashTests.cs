using LlamaInterop.Bindgen;

namespace LlamaInterop.Tests.Bindgen;

internal sealed class HeaderHashTests
{
    private string directory = "";

    [SetUp]
    public void WriteHeader()
    {
        directory = Directory.CreateTempSubdirectory("header-hash").FullName;
        File.WriteAllText(Path.Combine(directory, "a.h"), "int32_t lk_abi_version(void);\n#include \"b.inc\"\n");
        File.WriteAllText(Path.Combine(directory, "b.inc"), "LK_OP(ADD)\n");
    }

    [TearDown]
    public void RemoveHeader() => Directory.Delete(directory, recursive: true);

    [Test]
    public void IsLowerCaseHexadecimalOfAllBits() => Assert.That(HeaderHash.Of(directory), Does.Match("^[0-9a-f]{64}$"));

    [Test]
    public void IgnoresLineEnds()
    {
        var before = HeaderHash.Of(directory);
        foreach (var file in Directory.GetFiles(directory))
            File.WriteAllText(file, File.ReadAllText(file).Replace("\n", "\r\n"));
        Assert.That(HeaderHash.Of(directory), Is.EqualTo(before));
    }

    [Test]
    public void IgnoresOtherFiles()
    {
        var before = HeaderHash.Of(directory);
        File.WriteAllText(Path.Combine(directory, "notes.txt"), "not bound");
        Assert.That(HeaderHash.Of(directory), Is.EqualTo(before));
    }

    [TestCase("a.h")]
    [TestCase("b.inc")]
    public void ChangesWithEachFile(string name)
    {
        var before = HeaderHash.Of(directory);
        File.AppendAllText(Path.Combine(directory, name), " ");
        Assert.That(HeaderHash.Of(directory), Is.Not.EqualTo(before));
    }

    [Test]
    public void ChangesWithAFilesName()
    {
        var before = HeaderHash.Of(directory);
        File.Move(Path.Combine(directory, "b.inc"), Path.Combine(directory, "c.inc"));
        Assert.That(HeaderHash.Of(directory), Is.Not.EqualTo(before));
    }
}
