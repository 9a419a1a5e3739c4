using LlamaInterop.Import;
using LlamaInterop.Import.Pickle;
using LlamaInterop.Import.Torch;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Import.Pickle;

/// <summary>Pickles are read as data: values come out, names that could be code do not.</summary>
internal sealed class PickleReaderTests
{
    [Test]
    public void NumbersAndTextsOfProtocol0AreRead() =>
        Assert.That(Read("(I5\nI01\nL123L\nF0.5\nS'abc'\nVdef\nNt."u8), Is.EqualTo(new object?[] { 5L, true, 123L, 0.5, "abc", "def", null }));

    [Test]
    public void NumbersAndTextsOfBinaryProtocolsAreRead() =>
        Assert.That(Read([0x80, 4, .. "(K"u8, 200, .. "M"u8, 1, 2, .. "J"u8, 255, 255, 255, 255, 0x8a, 2, 0, 0x80, 0x88, 0x8c, 2, .. "hiC"u8, 1, 7,
            .. "G"u8, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0, .. "t."u8]), Is.EqualTo(new object?[] { 200L, 513L, -1L, -32768L, true, "hi", new byte[] { 7 }, 0.5 }));

    [Test]
    public void DictionariesListsAndRememberedValuesAreRead()
    {
        var dictionary = (PickleDictionary)Read("}(X\u0001\0\0\0a](K\u0001K\u0002eq\0K\u0003h\0u."u8)!;
        Assert.That(dictionary.TryGet("a", out List<object?>? list), Is.True);
        Assert.That(list, Is.EqualTo(new object[] { 1L, 2L }));
        Assert.That(dictionary.TryGet("3", out List<object?>? again), Is.True);
        Assert.That(again, Is.SameAs(list));
    }

    [Test]
    public void AListMayContainItself()
    {
        var list = (List<object?>)Read("]q\0h\0a."u8)!;
        Assert.That(list[0], Is.SameAs(list));
    }

    [Test]
    public void NumpyScalarsAreNumbers() => Assert.That(Read([.. "cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(X"u8, 2, 0, 0, 0, .. "f4"u8, 0x89, 0x88, .. "tRC"u8,
        4, 0, 0, 0xc0, 0x3f, .. "tR."u8]), Is.EqualTo(1.5));

    [TestCase("cos\nsystem\n(S'true'\ntR.", "os.system")]
    [TestCase("cbuiltins\neval\n(S'1'\ntR.", "builtins.eval")]
    [TestCase("cposix\nsystem\n.", "posix.system")]
    [TestCase("(S'true'\nios\nsystem\n.", null)]
    [TestCase("(cos\nsystem\nS'true'\no.", "os.system")]
    [TestCase("ctorch\nhub.load\n.", "torch.hub.load")]
    [TestCase("ccollections\nOrderedDict.__init__.__globals__\n.", "OrderedDict.__init__.__globals__")]
    public void NamesThatCouldBeCodeAreRefused(string pickle, string? named)
    {
        var error = Assert.Throws<ImportException>(() => Read(System.Text.Encoding.ASCII.GetBytes(pickle)))!;
        Assert.That(error.Check, Is.EqualTo(named is null ? ImportCheck.PickleOpcode : ImportCheck.PickleGlobal));
        Assert.That(error.Message, Does.Contain(named ?? "INST").And.Not.Contain("\n"));
    }

    [TestCase(".", ImportCheck.PickleStack, TestName = "AnEmptyStackIsRefused")]
    [TestCase("t.", ImportCheck.PickleStack, TestName = "AMissingMarkIsRefused")]
    [TestCase("(0.", ImportCheck.PickleStack, TestName = "TakingThroughAMarkIsRefused")]
    [TestCase("Na.", ImportCheck.PickleStack, TestName = "AppendingToNothingIsRefused")]
    [TestCase("}(Nu.", ImportCheck.PickleStack, TestName = "AKeyWithoutAValueIsRefused")]
    [TestCase("})Ns.", ImportCheck.PickleValue, TestName = "ATupleAsAKeyIsRefused")]
    [TestCase("g7\n.", ImportCheck.PickleMemo, TestName = "AnUnknownMemoIsRefused")]
    [TestCase("Nr\u007f\u007f\u007f\u007f.", ImportCheck.PickleMemo, TestName = "AVastMemoIsRefused")]
    [TestCase("N)R.", ImportCheck.PickleStack, TestName = "CallingANumberIsRefused")]
    [TestCase("cbuiltins\ndict\n)R.", ImportCheck.PickleGlobal, TestName = "CallingWhatIsOnlyNamedIsRefused")]
    [TestCase("NNb.", ImportCheck.PickleValue, TestName = "AStateForNothingIsRefused")]
    [TestCase("\u0001", ImportCheck.PickleOpcode, TestName = "AnUnknownInstructionIsRefused")]
    [TestCase("Ifive\n.", ImportCheck.Number, TestName = "AMalformedIntegerIsRefused")]
    [TestCase("N", ImportCheck.Truncated, TestName = "APickleWithoutItsEndIsRefused")]
    [TestCase("X\u007f\u007f\u007f\u007fabc", ImportCheck.Limit, TestName = "ATextLongerThanTheLimitIsRefused")]
    [TestCase("X\u0009\0\0\0abc", ImportCheck.Truncated, TestName = "ATextLongerThanTheFileIsRefused")]
    public void MalformedPicklesAreRefused(string pickle, ImportCheck check) =>
        Assert.That(Assert.Throws<ImportException>(() => Read(System.Text.Encoding.Latin1.GetBytes(pickle)))!.Check, Is.EqualTo(check));

    [Test]
    public void LaterProtocolsAreRefused() => Assert.That(Assert.Throws<ImportException>(() => Read([0x80, 6]))!.Check, Is.EqualTo(ImportCheck.Version));

    [Test]
    public void TextThatIsNotUtf8IsRefused() =>
        Assert.That(Assert.Throws<ImportException>(() => Read([.. "X\u0001\0\0\0"u8, 0xff]))!.Check, Is.EqualTo(ImportCheck.TextEncoding));

    [Test]
    public void MoreInstructionsThanTheLimitAreRefused()
    {
        var endless = new byte[4_000_001];
        Array.Fill(endless, (byte)'(');
        Assert.That(Assert.Throws<ImportException>(() => Read(endless))!.Check, Is.EqualTo(ImportCheck.Limit));
    }

    private static object? Read(ReadOnlySpan<byte> pickle)
    {
        using var folder = new TemporaryFolder();
        using var file = SourceFile.Open(folder.Write("data.pkl", pickle));
        return new PickleReader(new SourceCursor(file, 0, file.Length), TorchGlobals.All, TorchGlobals.Storage).Read();
    }
}
