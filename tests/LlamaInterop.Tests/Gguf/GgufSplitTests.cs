using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

internal sealed class GgufSplitTests
{
    private readonly GgufImage[] _parts = Array.ConvertAll(GgufSamples.Split(), GgufSamples.Image);
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void WriteParts()
    {
        _folder = new();
        for (int i = 0; i < _parts.Length; i++)
            Replace(i + 1, _parts[i]);
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void ReadsTensorsFromTheirParts()
    {
        using var file = GgufFile.Open(PathOf(1));
        Assert.That(file.Parts.Select(part => part.Path), Is.EqualTo(new[] { PathOf(1), PathOf(2), PathOf(3) }));
        Assert.That(file.Tensors.Select(tensor => tensor.PartIndex), Is.EqualTo(Enumerable.Repeat(1, 5).Concat(Enumerable.Repeat(2, 7))));
        var norm = file.GetTensor("output_norm.weight");
        var read = new byte[norm.ByteLength];
        file.ReadTensor(norm, read);
        Assert.That(read, Is.EqualTo(_parts[2].Bytes.AsSpan((int)norm.FileOffset, read.Length).ToArray()));
        Assert.That(file.TensorSpan(norm).ToArray(), Is.EqualTo(read));
    }

    [Test]
    public void FindsPartsFromARelativePath()
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, PathOf(1));
        using var file = GgufFile.Open(relative);
        Assert.That(file.Tensors, Has.Count.EqualTo(12));
    }

    [Test]
    public void NamesTheFirstPartWhenALaterOneIsOpened() =>
        Refuses(2, GgufCheck.SplitPosition, $"{PathOf(2)}: is part 2 of 3: open the first, {PathOf(1)}");

    [Test]
    public void NamesAMissingPart()
    {
        File.Delete(PathOf(3));
        Refuses(1, GgufCheck.SplitPart, $"{PathOf(1)}: part 3 of 3 cannot be opened: {PathOf(3)}: no such file");
    }

    [Test]
    public void NamesADamagedPart()
    {
        Replace(2, _parts[1].With(GgufField.TensorType, 99));
        Refuses(1, GgufCheck.TensorType, $"{PathOf(2)}: tensor 'token_embd.weight' has the unknown type 99");
    }

    [Test]
    public void RefusesPartsUnderOtherNames()
    {
        File.Move(PathOf(1), _folder.File("model.gguf"));
        string path = _folder.File("model.gguf");
        var error = Assert.Throws<GgufException>(() => GgufFile.Open(path))!;
        Assert.That(error.Check, Is.EqualTo(GgufCheck.SplitName));
        Assert.That(error.Message, Does.Contain("is not named NAME-00001-of-00003.gguf"));
    }

    [Test]
    public void RefusesAFirstPartNamedAsALaterOne()
    {
        File.Move(PathOf(1), PathOf(2), overwrite: true);
        Refuses(2, GgufCheck.SplitName, "is not named NAME-00001-of-00003.gguf");
    }

    [Test]
    public void RefusesPartsInTheWrongOrder()
    {
        Replace(2, _parts[2]);
        Replace(3, _parts[1]);
        Refuses(1, GgufCheck.SplitMismatch, $"{PathOf(2)}: says that it is part 3 of 3, but is named part 2 of 3");
    }

    [Test]
    public void RefusesAPartOfAnotherModel()
    {
        Replace(3, _parts[2].With(GgufField.Scalar, 7, "split.count"));
        Refuses(1, GgufCheck.SplitMismatch, "says that it is part 3 of 7, but is named part 3 of 3");
    }

    [Test]
    public void RefusesAPartThatIsNoPart()
    {
        GgufSamples.Llama().Write(PathOf(2));
        Refuses(1, GgufCheck.SplitMismatch, $"{PathOf(2)}: does not say which part it is");
    }

    [Test]
    public void RefusesAnotherNumberOfTensorsThanStated()
    {
        Replace(1, _parts[0].With(GgufField.Scalar, 13, "split.tensors.count"));
        Refuses(1, GgufCheck.SplitMismatch, $"{PathOf(1)}: key 'split.tensors.count' = 13, but the parts hold 12 tensors");
    }

    [Test]
    public void RefusesATensorThatIsInTwoParts()
    {
        var copy = GgufSamples.Split()[1];
        copy.Set("split.no", GgufValue.From((ushort)2));
        copy.Write(PathOf(3));
        Refuses(1, GgufCheck.DuplicateTensor, $"{PathOf(3)}: tensor 'token_embd.weight' is also in {PathOf(2)}");
    }

    [Test]
    public void RefusesACountThatTheNameContradicts()
    {
        Replace(1, _parts[0].With(GgufField.Scalar, 4, "split.count"));
        Refuses(1, GgufCheck.SplitName, "is not named NAME-00001-of-00004.gguf");
    }

    [Test]
    public void RefusesAnAbsurdCount()
    {
        var writer = new GgufWriter();
        writer.Set("split.count", GgufValue.From(-3));
        writer.Write(PathOf(1));
        Refuses(1, GgufCheck.SplitMismatch, "key 'split.count' = -3 is not a number of parts");
    }

    private string PathOf(int part) => _folder.File(GgufSamples.PartName(part));

    private void Replace(int part, GgufImage image) => _folder.Write(GgufSamples.PartName(part), image.Bytes);

    private void Refuses(int part, GgufCheck check, string reason)
    {
        var error = Assert.Throws<GgufException>(() => GgufFile.Open(PathOf(part)))!;
        Assert.That(error.Message, Does.Contain(reason));
        Assert.That(error.Check, Is.EqualTo(check), error.Message);
    }
}
