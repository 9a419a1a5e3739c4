using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

internal sealed class GgufWriterTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void RoundTripsEveryMetadataType()
    {
        GgufSamples.EveryType().Write(_folder.File("a.gguf"));
        using var file = GgufFile.Open(_folder.File("a.gguf"));
        Assert.That(file.Metadata.Select(pair => pair.Key), Is.EqualTo(GgufSamples.EveryValue().Select(pair => pair.Key).Prepend("general.alignment")));
        foreach (var (key, expected) in GgufSamples.EveryValue())
            Assert.That(Encode(file.Metadata.Get(key)), Is.EqualTo(Encode(expected)), key);
    }

    [Test]
    public void EncodesScalarsAsTheSpecificationSays()
    {
        Assert.That(Encode(GgufValue.From((short)-2)), Is.EqualTo(new byte[] { 3, 0, 0, 0, 0xFE, 0xFF }));
        Assert.That(Encode(GgufValue.From(1f)), Is.EqualTo(new byte[] { 6, 0, 0, 0, 0, 0, 0x80, 0x3F }));
        Assert.That(Encode(GgufValue.From(true)), Is.EqualTo(new byte[] { 7, 0, 0, 0, 1 }));
        Assert.That(Encode(GgufValue.From("ab")), Is.EqualTo(new byte[] { 8, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0x61, 0x62 }));
        Assert.That(Encode(GgufValue.FromArray<ushort>([513])), Is.EqualTo(new byte[] { 9, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2 }));
    }

    [Test]
    public void RoundTripsEveryTensorType()
    {
        GgufSamples.EveryType().Write(_folder.File("a.gguf"));
        using var file = GgufFile.Open(_folder.File("a.gguf"));
        Assert.That(file.Alignment, Is.EqualTo(64));
        Assert.That(file.Tensors.Select(tensor => tensor.Type), Is.EqualTo(GgufTensorTypes.All));
        var random = new Random(2);
        foreach (var tensor in file.Tensors)
        {
            var expected = new byte[GgufTensorTypes.BlockBytes(tensor.Type) * 6];
            random.NextBytes(expected);
            Assert.That(file.TensorSpan(tensor).SequenceEqual(expected), tensor.Name);
            Assert.That(tensor.Dimensions.ToArray(), Is.EqualTo(new long[] { GgufTensorTypes.BlockLength(tensor.Type), 3, 1, 2 }));
            Assert.That(tensor.FileOffset % 64, Is.Zero);
        }
    }

    [Test]
    public void WritesTheSameBytesFromWhatItRead()
    {
        GgufSamples.EveryType().Write(_folder.File("a.gguf"));
        using var file = GgufFile.Open(_folder.File("a.gguf"));
        var writer = new GgufWriter();
        writer.Set(file.Metadata);
        foreach (var tensor in file.Tensors)
            writer.AddTensor(tensor.Name, tensor.Type, tensor.Dimensions, stream => file.ReadTensor(tensor, stream));
        writer.Write(_folder.File("b.gguf"));
        Assert.That(File.ReadAllBytes(_folder.File("b.gguf")), Is.EqualTo(File.ReadAllBytes(_folder.File("a.gguf"))));
    }

    [Test, NeedsSharedData]
    public void WritesTheBytesOfAnotherProgramsFile([Values("demo.gguf", "demo-draft.gguf")] string name)
    {
        string path = SharedData.PathOf("models", "demo", name);
        using var file = GgufFile.Open(path);
        var writer = new GgufWriter();
        writer.Set(file.Metadata);
        foreach (var tensor in file.Tensors)
            writer.AddTensor(tensor.Name, tensor.Type, tensor.Dimensions, stream => file.ReadTensor(tensor, stream));
        writer.Write(_folder.File("b.gguf"));
        Assert.That(File.ReadAllBytes(_folder.File("b.gguf")).AsSpan().SequenceEqual(File.ReadAllBytes(path)));
    }

    [Test]
    public void ReplacesAValueWhereItStands()
    {
        var writer = new GgufWriter();
        writer.Set("a", GgufValue.From(1));
        writer.Set("b", GgufValue.From(2));
        writer.Set("a", GgufValue.From("three"));
        writer.Write(_folder.File("a.gguf"));
        using var file = GgufFile.Open(_folder.File("a.gguf"));
        Assert.That(file.Metadata.Select(pair => $"{pair.Key}={pair.Value}"), Is.EqualTo(new[] { "a=three", "b=2" }));
    }

    [Test]
    public void ReplacesAFileOnlyWhenTheNewOneIsWhole()
    {
        string path = _folder.Write("a.gguf", "old"u8);
        var writer = new GgufWriter();
        writer.AddTensor("t", GgufTensorType.F32, [4], stream =>
        {
            stream.Write(new byte[16]);
            Assert.That(File.ReadAllBytes(path), Is.EqualTo("old"u8.ToArray()));
        });
        writer.Write(path);
        using var file = GgufFile.Open(path);
        Assert.That(file.Tensors, Has.Count.EqualTo(1));
        OnlyFileIs("a.gguf");
    }

    [Test]
    public void LeavesTheOldFileWhenACallbackFails()
    {
        Assert.Throws<FormatException>(() => WriteOver("a.gguf", _ => throw new FormatException("from the callback")));
        OldFileIsUntouched("a.gguf");
    }

    [TestCase(15), TestCase(17)]
    public void RefusesACallbackThatWritesAnotherNumberOfBytes(int bytes)
    {
        var error = Assert.Throws<InvalidOperationException>(() => WriteOver("a.gguf", stream => stream.Write(new byte[bytes])))!;
        Assert.That(error.Message, Does.Contain("16 bytes of tensor 't'"));
        OldFileIsUntouched("a.gguf");
    }

    [Test]
    public void LeavesTheOldFileWhenCancelled()
    {
        using var source = new CancellationTokenSource();
        void CancelFirst(Stream stream)
        {
            source.Cancel();
            stream.Write(new byte[16]);
        }
        Assert.Throws<OperationCanceledException>(() => WriteOver("a.gguf", CancelFirst, source.Token));
        OldFileIsUntouched("a.gguf");
    }

    [Test]
    public void LeavesTheOldFileWhenTheDiskIsTooSmall()
    {
        string path = _folder.Write("a.gguf", "old"u8);
        var writer = new GgufWriter();
        bool called = false;
        writer.AddTensor("t", GgufTensorType.F32, [1L << 58], _ => called = true);
        var error = Assert.Throws<GgufException>(() => writer.Write(path))!;
        Assert.That(error.Check, Is.EqualTo(GgufCheck.Write));
        Assert.That(error.Message, Does.StartWith($"{path}: cannot be written: "));
        Assert.That(called, Is.False, "space is claimed before any tensor is asked for");
        OldFileIsUntouched("a.gguf");
    }

    [Test]
    public void RefusesToWriteOverAFolderOrIntoNone()
    {
        var error = Assert.Throws<GgufException>(() => new GgufWriter().Write(_folder.Path))!;
        Assert.That(error.Message, Is.EqualTo($"{_folder.Path}: cannot be written: it is a directory"));
        error = Assert.Throws<GgufException>(() => new GgufWriter().Write(Path.Combine(_folder.Path, "none", "a.gguf")))!;
        Assert.That(error.Check, Is.EqualTo(GgufCheck.Write));
        Assert.That(Directory.EnumerateFileSystemEntries(_folder.Path), Is.Empty);
    }

    [Test]
    public void RefusesWhatTheReaderWouldRefuse()
    {
        var writer = new GgufWriter();
        Assert.That(() => writer.Set("", GgufValue.From(1)), Throws.ArgumentException);
        Assert.That(() => writer.Set(new string('k', 65536), GgufValue.From(1)), Throws.ArgumentException);
        Assert.That(() => writer.Set("general.alignment", GgufValue.From(48)), Throws.ArgumentException);
        Assert.That(() => writer.Set("general.alignment", GgufValue.From("32")), Throws.ArgumentException);
        Assert.That(() => Add(writer, "", GgufTensorType.F32, 1), Throws.ArgumentException);
        Assert.That(() => Add(writer, new string('ä', 33), GgufTensorType.F32, 1), Throws.ArgumentException);
        Assert.That(() => Add(writer, "t", GgufTensorType.F32), Throws.ArgumentException);
        Assert.That(() => Add(writer, "t", GgufTensorType.F32, 1, 1, 1, 1, 1), Throws.ArgumentException);
        Assert.That(() => Add(writer, "t", GgufTensorType.F32, 4, 0), Throws.ArgumentException);
        Assert.That(() => Add(writer, "t", GgufTensorType.Q4_0, 33), Throws.ArgumentException);
        Assert.That(() => Add(writer, "t", GgufTensorType.F32, 1L << 40, 1L << 40), Throws.ArgumentException);
        Assert.That(() => Add(writer, "t", (GgufTensorType)4, 32), Throws.InstanceOf<ArgumentException>());
        Add(writer, "t", GgufTensorType.F32, 4);
        Assert.That(() => Add(writer, "t", GgufTensorType.F32, 4), Throws.ArgumentException);
    }

    private static void Add(GgufWriter writer, string name, GgufTensorType type, params long[] dimensions) =>
        writer.AddTensor(name, type, dimensions, ReadOnlyMemory<byte>.Empty);

    private void WriteOver(string name, Action<Stream> write, CancellationToken cancel = default)
    {
        string path = _folder.Write(name, "old"u8);
        var writer = new GgufWriter();
        writer.AddTensor("t", GgufTensorType.F32, [4], write);
        writer.Write(path, cancel);
    }

    private void OldFileIsUntouched(string name)
    {
        Assert.That(File.ReadAllBytes(_folder.File(name)), Is.EqualTo("old"u8.ToArray()));
        OnlyFileIs(name);
    }

    private void OnlyFileIs(string name) =>
        Assert.That(Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName), Is.EqualTo(new[] { name }));

    private static byte[] Encode(GgufValue value)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        GgufValueWriter.Write(writer, value);
        writer.Flush();
        return stream.ToArray();
    }
}
