using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

/// <summary>Opening, mapping and reading, and what happens when the path or the file is not as it should be.</summary>
internal sealed class GgufFileTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void RefusesAMissingFile() => Refuses(_folder.File("none.gguf"), "no such file");

    [Test]
    public void RefusesAFileInAMissingFolder() => Refuses(Path.Combine(_folder.Path, "none", "a.gguf"), "no such file");

    [Test]
    public void RefusesADirectory() => Refuses(_folder.Path, "is a directory, not a GGUF file");

    [Test]
    public void RefusesAnEmptyFile() => Refuses(_folder.Write("a.gguf", []), "is empty, or is not a regular file");

    [Test, Platform(Exclude = "Win")]
    public void RefusesADeviceWithoutReadingIt() => Refuses("/dev/zero", "is empty, or is not a regular file");

    [Test]
    public void RefusesAPathThatNoFileCanHave() => Refuses("a\0b.gguf", "ull character");

    [Test, Platform(Exclude = "Win")]
    public void RefusesAFileWithoutPermission()
    {
        string path = _folder.Write("a.gguf", "GGUF"u8);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.None);
        GgufException error = Assert.Throws<GgufException>(() => GgufFile.Open(path))!;
        // Root may read everything, and meets what is wrong with the content instead.
        Assert.That(error.Check, Is.EqualTo(Environment.UserName == "root" ? GgufCheck.Truncated : GgufCheck.File));
        Assert.That(error.Message, Does.Contain(Environment.UserName == "root" ? "truncated" : "permission denied"));
    }

    [Test, Platform(Exclude = "Win")]
    public void FollowsLinks()
    {
        GgufSamples.Llama().Write(_folder.File("a.gguf"));
        File.CreateSymbolicLink(_folder.File("link.gguf"), _folder.File("a.gguf"));
        File.CreateSymbolicLink(_folder.File("broken.gguf"), _folder.File("none.gguf"));
        GgufFile.Open(_folder.File("link.gguf")).Dispose();
        Refuses(_folder.File("broken.gguf"), "no such file");
    }

    [Test]
    public unsafe void MapsNothingUntilAskedTo()
    {
        using var file = OpenSample();
        Assert.That(file.Parts[0].Address is null);
        file.Map();
        byte* address = file.Parts[0].Address;
        Assert.That(address is not null);
        file.Map();
        Assert.That(file.Parts[0].Address == address, "mapped once");
    }

    [Test]
    public unsafe void MappingStartsAtThePageThatTheSystemGave()
    {
        using var file = OpenSample();
        file.Map();
        Assert.That((long)file.Parts[0].Address % Environment.SystemPageSize, Is.Zero);
        Assert.That(new ReadOnlySpan<byte>(file.Parts[0].Address, 4).SequenceEqual("GGUF"u8));
    }

    [Test]
    public void ReadsTheSameBytesWithAndWithoutMapping()
    {
        using var file = OpenSample();
        foreach (var tensor in file.Tensors)
        {
            var read = new byte[tensor.ByteLength];
            file.ReadTensor(tensor, read);
            using var stream = new MemoryStream();
            file.ReadTensor(tensor, stream);
            Assert.That(file.TensorSpan(tensor).SequenceEqual(read), tensor.Name);
            Assert.That(stream.ToArray(), Is.EqualTo(read), tensor.Name);
        }
    }

    [Test]
    public void ReadsAPartOfATensor()
    {
        using var file = OpenSample();
        var tensor = file.GetTensor("output.weight");
        var read = new byte[10];
        file.ReadTensor(tensor, read, 34);
        Assert.That(file.TensorSpan(tensor).Slice(34, 10).SequenceEqual(read));
        Assert.That(() => file.ReadTensor(tensor, read, tensor.ByteLength - 9), Throws.ArgumentException);
        Assert.That(() => file.ReadTensor(tensor, read, -1), Throws.ArgumentException);
    }

    [Test]
    public void NamesAMissingTensor()
    {
        using var file = OpenSample();
        Assert.That(file.TryGetTensor("rope_freqs.weight", out _), Is.False);
        var error = Assert.Throws<GgufException>(() => file.GetTensor("rope_freqs.weight"))!;
        Assert.That(error.Message, Is.EqualTo($"{file.Path}: tensor 'rope_freqs.weight' is missing"));
    }

    [Test, Platform(Exclude = "Win")]
    public void RefusesAFileThatHasBecomeShorterSinceItWasOpened()
    {
        using var file = OpenSample();
        using (var shorter = new FileStream(file.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            shorter.SetLength(file.Parts[0].Length - 100);
        var last = file.GetTensor("output.weight");
        Assert.That(Assert.Throws<GgufException>(file.Map)!.Check, Is.EqualTo(GgufCheck.Read));
        Assert.That(Assert.Throws<GgufException>(() => file.ReadTensor(last, new byte[last.ByteLength]))!.Message, Does.Contain("has become shorter"));
    }

    [Test]
    public void OpensAFileThatAnotherProgramIsAppendingTo()
    {
        byte[] content = GgufSamples.Image(GgufSamples.Llama()).Bytes;
        string path = _folder.File("growing.gguf");
        using var growing = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        growing.Write(content, 0, content.Length / 2);
        growing.Flush();
        Assert.That(Assert.Throws<GgufException>(() => GgufFile.Open(path))!.Message, Does.EndWith("truncated or still being written"));
        growing.Write(content, content.Length / 2, content.Length - content.Length / 2);
        growing.Flush();
        GgufFile.Open(path).Dispose();
    }

    [Test]
    public unsafe void CanBeDisposedTwice()
    {
        var file = OpenSample();
        file.Map();
        file.Dispose();
        file.Dispose();
        Assert.That(file.Parts[0].Address is null);
    }

    [Test]
    public void LeavesNoHandleOpenWhenItRefuses()
    {
        string path = _folder.Write("a.gguf", "not a GGUF file"u8);
        Assert.Throws<GgufException>(() => GgufFile.Open(path));
        using var exclusive = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.That(exclusive.Length, Is.EqualTo(15));
    }

    private GgufFile OpenSample()
    {
        GgufSamples.Llama().Write(_folder.File("sample.gguf"));
        return GgufFile.Open(_folder.File("sample.gguf"));
    }

    private static void Refuses(string path, string reason)
    {
        var error = Assert.Throws<GgufException>(() => GgufFile.Open(path))!;
        Assert.That(error.Check, Is.EqualTo(GgufCheck.File));
        Assert.That(error.Message, Does.Contain(reason));
        Assert.That(error.Message, Does.Not.Contain('\n'));
    }
}
