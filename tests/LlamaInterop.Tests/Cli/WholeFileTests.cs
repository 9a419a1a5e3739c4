using System.Diagnostics;
using System.Text;
using LlamaInterop.Cli.Output;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Cli;

internal sealed class WholeFileTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [TestCase("")]
    [TestCase("old")]
    [TestCase(null)]
    public void ReplacesWhatWasThere(string? before)
    {
        if (before is not null)
            File.WriteAllText(_folder.File("a"), before);
        WholeFile.Write(_folder.File("a"), stream => stream.Write("new"u8));
        Assert.That(File.ReadAllText(_folder.File("a")), Is.EqualTo("new"));
        Assert.That(Directory.GetFiles(_folder.Path), Has.Length.EqualTo(1), "no temporary stays");
    }

    [TestCase("")]
    [TestCase("old")]
    public void FailureLeavesTheTargetAsItWas(string before)
    {
        string path = _folder.Write("a", Encoding.UTF8.GetBytes(before));
        Assert.That(() => WholeFile.Write(path, Fail), Throws.TypeOf<IOException>().With.Message.EqualTo($"{path}: cannot be written: no more"));
        Assert.That(File.ReadAllText(path), Is.EqualTo(before));
        Assert.That(Directory.GetFiles(_folder.Path), Has.Length.EqualTo(1), "no temporary stays");

        static void Fail(Stream stream)
        {
            stream.Write("half"u8);
            throw new IOException("no more");
        }
    }

    [Test]
    public void FollowsALink()
    {
        string target = _folder.Write("a", "old"u8);
        File.CreateSymbolicLink(_folder.File("b"), target);
        WholeFile.Write(_folder.File("b"), stream => stream.Write("new"u8));
        Assert.That((File.ReadAllText(target), new FileInfo(_folder.File("b")).LinkTarget), Is.EqualTo(("new", target)));
        Assert.That(WholeFile.AreSame(target, _folder.File("b")));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void WritesIntoAPipeInsteadOfReplacingIt()
    {
        string pipe = _folder.File("pipe");
        using (Process make = Process.Start("mkfifo", pipe))
            make.WaitForExit();
        using Process reader = Process.Start(new ProcessStartInfo("cat", pipe) { RedirectStandardOutput = true })!;
        WholeFile.Write(pipe, stream => stream.Write("new"u8));
        Assert.That(reader.StandardOutput.ReadToEnd(), Is.EqualTo("new"));
        Assert.That(new FileInfo(pipe).Length, Is.Zero);
    }

    [Test]
    public void NamesTheFolderThatIsNotThere()
    {
        string path = Path.Combine(_folder.Path, "none", "a");
        Assert.That(() => WholeFile.Write(path, _ => { }), Throws.TypeOf<IOException>().With.Message.EqualTo($"{path}: cannot be written: its folder is not there"));
    }

    [Test]
    public void RefusesAFolder() => Assert.That(
        () => WholeFile.Write(_folder.Path, _ => { }),
        Throws.TypeOf<IOException>().With.Message.EqualTo($"{_folder.Path}: cannot be written: it is a directory"));
}
