using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Importance;

internal sealed class ImportanceMatrixTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test, NeedsSharedData]
    public void WritesLlamaCppsFileByteForByte()
    {
        string path = SharedData.PathOf("models", "babyllama", "babyllama361-wide256.imatrix.gguf");
        var matrix = ImportanceMatrix.Load(path);
        Assert.That((matrix.ChunkCount, matrix.ChunkSize), Is.EqualTo((100, 256)));
        Assert.That(matrix.Datasets, Is.EqualTo(new[] { "src/calib.txt" }));
        Assert.That(matrix.Of("blk.0.attn_q.weight").Length, Is.EqualTo(256));
        Assert.That(matrix.RowsOf("blk.0.attn_q.weight").ToArray(), Is.EqualTo(new[] { 25600L }));
        matrix.Save(_folder.File("again.gguf"));
        Assert.That(File.ReadAllBytes(_folder.File("again.gguf")), Is.EqualTo(File.ReadAllBytes(path)));
    }

    [Test]
    public void GivesMeansOfEachExpert()
    {
        ImportanceMatrix matrix = ImportanceSamples.Matrix();
        Assert.That(matrix.Of("dense").ToArray(), Is.EqualTo(new[] { 1f, 2f, 3f }));
        Assert.That(matrix.Of("experts").ToArray(), Is.EqualTo(new[] { 2f, 3f, 1f, 1f }), "the second expert saw no row");
        Assert.That(matrix.Of("unknown").IsEmpty);
        Assert.That(matrix.RowsOf("unknown").IsEmpty);
    }

    [TestCase(ImportanceFormat.Gguf)]
    [TestCase(ImportanceFormat.Dat)]
    public void KeepsMeansInEitherFormat(ImportanceFormat format)
    {
        ImportanceMatrix written = ImportanceSamples.Matrix();
        written.Save(_folder.File("m"), format);
        var read = ImportanceMatrix.Load(_folder.File("m"));
        Assert.That(read.Names, Is.EqualTo(written.Names));
        Assert.That(read.ChunkCount, Is.EqualTo(2));
        foreach (string name in written.Names)
            Assert.That(read.Of(name).ToArray(), Is.EqualTo(written.Of(name).ToArray()), name);
        Assert.That(read.Datasets, Is.EqualTo(format == ImportanceFormat.Gguf ? new[] { "a.txt", "b.txt" } : ["b.txt"]), "the older format has room for one");
    }

    [Test]
    public void MergesAsIfComputedInOneRun()
    {
        ImportanceMatrix one = ImportanceSamples.Matrix(), sum = ImportanceMatrix.Merge([one, one], 2);
        Assert.That(sum.RowsOf("dense").ToArray(), Is.EqualTo(new[] { 8L }));
        Assert.That(sum.Of("dense").ToArray(), Is.EqualTo(one.Of("dense").ToArray()));
        Assert.That((sum.ChunkCount, sum.ChunkSize, sum.Datasets.Count), Is.EqualTo((4, 2, 4)));
    }

    [Test]
    public void MergesChunksOfTheOlderFormatAsRows()
    {
        ImportanceSamples.Matrix().Save(_folder.File("m.dat"), ImportanceFormat.Dat);
        var sum = ImportanceMatrix.Merge([ImportanceMatrix.Load(_folder.File("m.dat")), ImportanceSamples.Matrix()], 2);
        Assert.That(sum.RowsOf("dense").ToArray(), Is.EqualTo(new[] { 8L }));
        Assert.That(sum.Of("dense").ToArray(), Is.EqualTo(new[] { 1f, 2f, 3f }));
    }

    [Test]
    public void RefusesToMergeOtherShapes()
    {
        var entries = ImportanceMatrix.NewEntries();
        entries["dense"] = new ImportanceEntry([1, 2], [1]);
        var other = new ImportanceMatrix(entries, 1, 1, []);
        Assert.That(() => ImportanceMatrix.Merge([ImportanceSamples.Matrix(), other], 1), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith("dense: 2 columns"));
        Assert.That(() => ImportanceMatrix.Merge([], 1), Throws.ArgumentException);
    }

    [Test]
    public void RefusesANameThatGgufCannotHold()
    {
        var entries = ImportanceMatrix.NewEntries();
        entries[new string('n', 60)] = new ImportanceEntry([1], [1]);
        Assert.That(() => new ImportanceMatrix(entries, 1, 1, []).Save(_folder.File("m.gguf")), Refuses(GgufCheck.TensorName));
        Assert.That(Directory.GetFiles(_folder.Path), Is.Empty);
    }

    [TestCase(0, GgufCheck.TensorCount)]
    [TestCase(-1, GgufCheck.TensorCount)]
    [TestCase(int.MaxValue, GgufCheck.ArrayLength, 4, int.MaxValue)]
    [TestCase(1, GgufCheck.StringLength, -1)]
    [TestCase(1, GgufCheck.StringLength, int.MaxValue)]
    [TestCase(1, GgufCheck.Truncated, 100)]
    [TestCase(1, GgufCheck.ArrayLength, 4, 0)]
    [TestCase(1, GgufCheck.ArrayLength, 4, int.MinValue)]
    [TestCase(1, GgufCheck.ValueRange, 4, 1, -5)]
    public void RefusesHostileFilesOfTheOlderFormat(int entries, GgufCheck check, int nameLength = 4, int values = 1, int chunks = 1)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        writer.Write(entries);
        writer.Write(nameLength);
        writer.Write("name"u8);
        writer.Write(chunks);
        writer.Write(values);
        writer.Write(1f);
        writer.Flush();
        Assert.That(() => ImportanceMatrix.Load(_folder.Write("m.dat", content.ToArray())), Refuses(check));
    }

    [TestCase(float.NaN, 1f, GgufCheck.ValueRange)]
    [TestCase(-1f, 1f, GgufCheck.ValueRange)]
    [TestCase(float.PositiveInfinity, 1f, GgufCheck.ValueRange)]
    [TestCase(1f, float.NaN, GgufCheck.ValueRange)]
    [TestCase(1f, -1f, GgufCheck.ValueRange)]
    [TestCase(1f, 1e30f, GgufCheck.ValueRange)]
    public void RefusesValuesThatNoRunGives(float sum, float count, GgufCheck check) =>
        Assert.That(() => ImportanceMatrix.Load(ImportanceSamples.WriteGguf(_folder, [sum], [count])), Refuses(check));

    [Test]
    public void RefusesSumsThatDoNotDivide() =>
        Assert.That(() => ImportanceMatrix.Load(ImportanceSamples.WriteGguf(_folder, [1, 2, 3], [1, 1])), Refuses(GgufCheck.RowLength));

    [Test]
    public void RefusesAModel() => Assert.That(() => ImportanceMatrix.Load(Path.Combine(SharedData.RepositoryRoot, "models", "demo.gguf")), Refuses(GgufCheck.Missing));

    [Test]
    public void RefusesAMissingFile() => Assert.That(() => ImportanceMatrix.Load(_folder.File("none")), Refuses(GgufCheck.File));

    private static NUnit.Framework.Constraints.IResolveConstraint Refuses(GgufCheck check) =>
        Throws.TypeOf<GgufException>().With.Property(nameof(GgufException.Check)).EqualTo(check).And.Message.Not.Contains("\n");
}
