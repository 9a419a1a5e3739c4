using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

/// <summary>Outputs that are links, pipes or what is being read.</summary>
internal sealed class OutputFileTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void ALinkIsFollowedAndStays()
    {
        GgufSamples.Llama(seed: 1).Write(_folder.File("target.gguf"));
        File.CreateSymbolicLink(_folder.File("link.gguf"), "target.gguf");
        GgufSamples.Llama(seed: 2).Write(_folder.File("link.gguf"));
        GgufSamples.Llama(seed: 2).Write(_folder.File("expected.gguf"));
        Assert.That(new FileInfo(_folder.File("link.gguf")).LinkTarget, Is.EqualTo("target.gguf"));
        Assert.That(File.ReadAllBytes(_folder.File("target.gguf")), Is.EqualTo(File.ReadAllBytes(_folder.File("expected.gguf"))));
        Assert.That(Directory.GetFiles(_folder.Path, "*.part"), Is.Empty);
    }

    [Test]
    public void ALinkToNothingMakesItsTarget()
    {
        File.CreateSymbolicLink(_folder.File("link.gguf"), _folder.File("new.gguf"));
        GgufSamples.Llama().Write(_folder.File("link.gguf"));
        Assert.That(File.Exists(_folder.File("new.gguf")));
        Assert.That(new FileInfo(_folder.File("link.gguf")).LinkTarget, Is.Not.Null);
    }

    [Test]
    public void LinksInACircleAreRefused()
    {
        File.CreateSymbolicLink(_folder.File("a"), "b");
        File.CreateSymbolicLink(_folder.File("b"), "a");
        Assert.That(() => GgufSamples.Llama().Write(_folder.File("a")), Throws.TypeOf<GgufException>().With.Property("Check").EqualTo(GgufCheck.Write));
    }

    [Test, Platform("Linux")]
    public void APipeIsWrittenToAndStays()
    {
        string pipe = _folder.File("pipe");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            made.WaitForExit();
        var reader = Task.Run(() => File.ReadAllBytes(pipe));
        GgufSamples.Llama().Write(pipe);
        GgufSamples.Llama().Write(_folder.File("expected.gguf"));
        Assert.That(reader.Result, Is.EqualTo(File.ReadAllBytes(_folder.File("expected.gguf"))));
        Assert.That(new FileInfo(pipe).Length, Is.Zero, "no file has taken its place");
    }

    [Test]
    public void AnEmptyFileIsEmptyAgainWhenWritingFails()
    {
        string path = _folder.Write("empty", []);
        Assert.That(() => OutputFile.WriteInPlace(path, stream =>
        {
            stream.Write([1, 2, 3]);
            throw new IOException("full");
        }), Throws.TypeOf<IOException>());
        Assert.That(new FileInfo(path).Length, Is.Zero);
    }

    [Test]
    public void AMissingFolderIsSaidInWords() =>
        Assert.That(() => GgufSamples.Llama().Write(_folder.File("none/x.gguf")), Throws.TypeOf<GgufException>().With.Message.EndsWith("x.gguf: cannot be written: its folder is not there"));

    [Test]
    public void WhatIsReadIsNotWrittenOver()
    {
        string model = _folder.File("model.gguf");
        GgufSamples.Llama().Write(model);
        File.CreateSymbolicLink(_folder.File("link"), "model.gguf");
        Assert.That(() => OutputFile.RefuseSources(model, null, _folder.File("link")), Throws.TypeOf<GgufException>().With.Message.Contains("it is what is being read"));
        Assert.That(() => OutputFile.RefuseSources(_folder.File("other"), model), Throws.Nothing);
    }

    [Test]
    public void RequiresTheFolderOfWhatIsToBeWritten()
    {
        Assert.That(() => OutputFile.RefuseUnwritable(_folder.File("missing/out")), Throws.TypeOf<GgufException>().With.Message.EndsWith("missing/out: cannot be written: its folder is not there"));
        Assert.That(() => OutputFile.RefuseUnwritable(_folder.File("out")), Throws.Nothing);
        Assert.That(() => OutputFile.RefuseUnwritable("out"), Throws.Nothing, "in the working folder");
    }
}
