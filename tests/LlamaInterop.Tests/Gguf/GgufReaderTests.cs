using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

/// <summary>What a file may claim, and how each false claim is refused.</summary>
internal sealed class GgufReaderTests
{
    private readonly GgufImage _llama = GgufSamples.Image(GgufSamples.Llama());
    private readonly GgufImage _everyType = GgufSamples.Image(GgufSamples.EveryType());
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void OpensVersions2And3([Values(2u, 3u)] uint version)
    {
        using var file = GgufFile.Open(_folder.Write("a.gguf", _llama.With(GgufField.Version, version).Bytes));
        Assert.That(file.Version, Is.EqualTo(version));
        Assert.That(file.Tensors, Has.Count.EqualTo(12));
        Assert.That(file.GetTensor("blk.0.ffn_down.weight").Dimensions.ToArray(), Is.EqualTo(new long[] { GgufSamples.FeedForward, GgufSamples.Width }));
    }

    [Test]
    public void OpensAFileWithoutTensorsOrPadding()
    {
        var writer = new GgufWriter();
        writer.Set("general.architecture", GgufValue.From("llama"));
        var image = GgufSamples.Image(writer);
        using var file = GgufFile.Open(_folder.Write("a.gguf", image.CutTo(image.HeaderEnd)));
        Assert.That(file.Tensors, Is.Empty);
    }

    [Test]
    public void RefusesBytesThatAreNotGguf() =>
        Refuses(_llama.With(0, "GGML"u8).Bytes, GgufCheck.Magic, "not a GGUF file: it begins with the bytes 47 47 4D 4C");

    [TestCase(0u), TestCase(1u), TestCase(4u), TestCase(uint.MaxValue)]
    public void RefusesOtherVersions(uint version) =>
        Refuses(_llama.With(GgufField.Version, version).Bytes, GgufCheck.Version, "GGUF version ");

    [Test]
    public void RefusesBigEndian() =>
        Refuses(_llama.With(GgufField.Version, 0x03000000).Bytes, GgufCheck.ByteOrder, "big-endian");

    [TestCase(1UL << 20), TestCase(ulong.MaxValue), TestCase(1000UL)]
    public void RefusesMoreTensorsThanFit(ulong count) =>
        Refuses(_llama.With(GgufField.TensorCount, count).CutTo(4096), GgufCheck.TensorCount, $"states {count} tensors");

    [TestCase(1UL << 16), TestCase(1UL << 63)]
    public void RefusesMoreKeysThanFit(ulong count) =>
        Refuses(_llama.With(GgufField.KeyCount, count).Bytes, GgufCheck.MetadataCount, $"states {count} metadata keys");

    [Test]
    public void RefusesTruncationAnywhereInTheHeader()
    {
        for (int length = 1; length < _llama.HeaderEnd; length += 7)
        {
            string path = _folder.Write("a.gguf", _llama.CutTo(length));
            var error = Assert.Throws<GgufException>(() => GgufFile.Open(path), $"cut to {length} bytes")!;
            Assert.That(error.Message, Does.StartWith($"{path}: "));
        }
    }

    [Test]
    public void SaysThatACutFileIsTruncatedOrStillGrowing()
    {
        var name = _llama.Find(GgufField.DimensionCount, "output.weight");
        Refuses(_llama.CutTo(name.Offset + 2), GgufCheck.Truncated, "truncated or still being written");
        Refuses(_llama.CutTo(_llama.Bytes.Length - 1), GgufCheck.TensorBounds,
            $"tensor 'output.weight' ends at byte {_llama.Bytes.Length}, but the file has {_llama.Bytes.Length - 1}: truncated or still being written");
    }

    [TestCase(0UL), TestCase(65536UL), TestCase(ulong.MaxValue)]
    public void RefusesKeysOfBadLength(ulong length) =>
        Refuses(_llama.With(GgufField.KeyLength, length).Bytes, GgufCheck.Key, $"is {length} bytes long");

    [Test]
    public void RefusesKeysThatAreNotUtf8() =>
        Refuses(_llama.With(_llama.Find(GgufField.Key).Offset, [0xC0]).Bytes, GgufCheck.Key, "metadata key 0 is not UTF-8");

    [Test]
    public void RefusesAKeyThatOccursTwice()
    {
        var copy = _everyType.With(_everyType.Find(GgufField.Key, "scalar.uint16").Offset, "scalar.uint32"u8);
        Refuses(copy.Bytes, GgufCheck.DuplicateKey, "key 'scalar.uint32' occurs twice");
    }

    [TestCase(13u), TestCase(uint.MaxValue)]
    public void RefusesUnknownValueTypes(uint type)
    {
        Refuses(_everyType.With(GgufField.ValueType, type, "scalar.int8").Bytes, GgufCheck.ValueType, $"key 'scalar.int8' has the unknown value type {type}");
        Refuses(_everyType.With(GgufField.ArrayType, type, "array.int8").Bytes, GgufCheck.ValueType, "key 'array.int8'");
    }

    [Test]
    public void RefusesBooleansOtherThan0And1()
    {
        Refuses(_everyType.With(GgufField.Bool, 2, "scalar.bool").Bytes, GgufCheck.Boolean, "key 'scalar.bool' holds the boolean 2");
        Refuses(_everyType.With(GgufField.Bool, 255, "array.bool").Bytes, GgufCheck.Boolean, "key 'array.bool' holds the boolean 255");
    }

    [TestCase("scalar.string"), TestCase("array.string")]
    public void RefusesStringsLongerThanTheFile(string key)
    {
        foreach (ulong length in (ulong[])[ulong.MaxValue, 1UL << 63, 1UL << 31, (ulong)_everyType.Bytes.Length])
            Refuses(_everyType.With(GgufField.StringLength, length, key).Bytes, GgufCheck.StringLength, $"key '{key}' is a string of {length} bytes, but only ");
    }

    [TestCase("array.uint8"), TestCase("array.float64"), TestCase("array.bool"), TestCase("array.string"), TestCase("array.array")]
    public void RefusesArraysLongerThanTheFile(string key)
    {
        foreach (ulong count in (ulong[])[ulong.MaxValue, 1UL << 61, 1UL << 31, (ulong)_everyType.Bytes.Length])
            Refuses(_everyType.With(GgufField.ArrayLength, count, key).Bytes, GgufCheck.ArrayLength, $"key '{key}' is an array of {count} elements, but only ");
    }

    [Test]
    public void RefusesDeepNesting()
    {
        var value = GgufValue.FromArray([1]);
        for (int i = 0; i < 4; i++)
            value = GgufValue.FromArrays([value]);
        Refuses(WithKey(value), GgufCheck.ArrayNesting, "more than 4 deep");
    }

    [Test]
    public void RefusesTooManyNestedArrays()
    {
        var leaf = GgufValue.FromArray<byte>([]);
        var inner = GgufValue.FromArrays([.. Enumerable.Repeat(leaf, 300)]);
        Refuses(WithKey(GgufValue.FromArrays([.. Enumerable.Repeat(inner, 300)])), GgufCheck.ArrayNesting, "more than 65536");
    }

    [TestCase(0u), TestCase(48u), TestCase(1u << 31)]
    public void RefusesAlignmentsThatAreNoPowerOfTwo(uint alignment) =>
        Refuses(_everyType.With(GgufField.Scalar, alignment, "general.alignment").Bytes, GgufCheck.Alignment, $"key 'general.alignment' = {alignment} ");

    [Test]
    public void RefusesAnAlignmentThatIsNoNumber() =>
        Refuses(_everyType.With(GgufField.ValueType, (ulong)GgufValueType.Float32, "general.alignment").Bytes, GgufCheck.ValueKind, "is of type float32, not an integer");

    [TestCase(0UL), TestCase(65UL), TestCase(ulong.MaxValue)]
    public void RefusesTensorNamesOfBadLength(ulong length) =>
        Refuses(_llama.With(GgufField.NameLength, length).Bytes, GgufCheck.TensorName, $"the name of tensor 0 is {length} bytes long, not 1 to 64");

    [Test]
    public void RefusesTensorNamesThatAreNotUtf8() =>
        Refuses(_llama.With(_llama.Find(GgufField.Name).Offset, [0xED, 0xA0, 0x80]).Bytes, GgufCheck.TensorName, "the name of tensor 0 is not UTF-8");

    [Test]
    public void RefusesATensorThatOccursTwice() =>
        Refuses(_llama.With(_llama.Find(GgufField.Name, "blk.0.attn_k.weight").Offset, "blk.0.attn_q.weight"u8).Bytes,
            GgufCheck.DuplicateTensor, "tensor 'blk.0.attn_q.weight' occurs twice");

    [TestCase(0u), TestCase(5u), TestCase(uint.MaxValue)]
    public void RefusesOtherNumbersOfDimensions(uint count) =>
        Refuses(_llama.With(GgufField.DimensionCount, count).Bytes, GgufCheck.DimensionCount, $"tensor 'token_embd.weight' has {count} dimensions");

    [TestCase(0L), TestCase(-1L), TestCase(long.MinValue)]
    public void RefusesDimensionsBelow1(long dimension) =>
        Refuses(_llama.With(GgufField.Dimension, (ulong)dimension).Bytes, GgufCheck.Dimension, $"dimension 0 of tensor 'token_embd.weight' is {dimension}");

    [TestCase(1L << 60), TestCase(long.MaxValue)]
    public void RefusesTensorsOfMoreThan63Bits(long dimension) =>
        Refuses(_llama.With(GgufField.Dimension, (ulong)dimension).Bytes, GgufCheck.ElementCount, "tensor 'token_embd.weight' of [");

    [TestCase(4u), TestCase(31u), TestCase(43u), TestCase(uint.MaxValue)]
    public void RefusesUnknownTensorTypes(uint type) =>
        Refuses(_llama.With(GgufField.TensorType, type).Bytes, GgufCheck.TensorType, $"tensor 'token_embd.weight' has the unknown type {type}");

    [Test]
    public void RefusesRowsThatAreNoWholeNumberOfBlocks() =>
        Refuses(_llama.With(GgufField.TensorType, (ulong)GgufTensorType.Q4_K).Bytes, GgufCheck.RowLength,
            "tensor 'token_embd.weight' has rows of 32 elements, not a multiple of Q4_K's block of 256");

    [TestCase(1UL), TestCase(ulong.MaxValue)]
    public void RefusesMisalignedOffsets(ulong offset) =>
        Refuses(_llama.With(GgufField.TensorOffset, offset).Bytes, GgufCheck.TensorOffset, $"tensor 'token_embd.weight' lies at offset {offset}");

    [TestCase(1UL << 20), TestCase(1UL << 63), TestCase(ulong.MaxValue - 31)]
    public void RefusesTensorsPastTheEndOfTheFile(ulong offset) =>
        Refuses(_llama.With(GgufField.TensorOffset, offset).Bytes, GgufCheck.TensorBounds, "tensor 'token_embd.weight' ends at byte ");

    [Test]
    public void RefusesTensorsThatShareBytes() =>
        Refuses(_llama.With(GgufField.TensorOffset, 0, "output.weight").Bytes, GgufCheck.TensorOverlap, "overlap at byte ");

    [Test]
    public void RefusesHeadersBeyondTheLimit()
    {
        string path = _folder.Write("a.gguf", _llama.Bytes);
        for (int limit = 24; limit < _llama.HeaderEnd; limit += 11)
        {
            var options = new GgufOpenOptions { MaxHeaderBytes = limit };
            var error = Assert.Throws<GgufException>(() => GgufFile.Open(path, options), $"limit {limit}")!;
            Assert.That(error.Check, Is.EqualTo(GgufCheck.HeaderSize), error.Message);
        }
        GgufFile.Open(path, new GgufOpenOptions { MaxHeaderBytes = _llama.HeaderEnd }).Dispose();
    }

    /// <summary>Fifteen million empty strings are zeros on a disk that need not hold them, and fill the longest header that is read.</summary>
    [Test]
    public void TakesLittleMemoryForTheLongestHeader()
    {
        const int Strings = 15_000_000;
        var writer = new GgufWriter();
        writer.Set("many", GgufValue.FromArray(Array.Empty<string>()));
        string path = _folder.Write("a.gguf", GgufSamples.Image(writer).With(GgufField.ArrayLength, Strings).Bytes);
        using (var longer = new FileStream(path, FileMode.Open))
            longer.SetLength(longer.Length + Strings * sizeof(ulong));
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var file = GgufFile.Open(path);
        Assert.That(file.Metadata.GetUtf8Array("many"), Has.Count.EqualTo(Strings));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100 << 20));
    }

    [Test]
    public void KeepsNamesWithLineEndsAndTerminalSequencesOnOneLine()
    {
        var image = _llama.With(_llama.Find(GgufField.Name).Offset, "a\n\e[2J"u8).With(GgufField.TensorType, 99);
        var error = Refuses(image.Bytes, GgufCheck.TensorType, "unknown type 99");
        Assert.That(error.Message.Any(char.IsControl), Is.False);
    }

    [Test]
    public void ShortensNamesOfManyThousandBytes()
    {
        var writer = new GgufWriter();
        writer.Set(new string('k', 60000), GgufValue.From(true));
        var error = Refuses(GgufSamples.Image(writer).With(GgufField.Bool, 7).Bytes, GgufCheck.Boolean, "which is neither 0 nor 1");
        Assert.That(error.Message, Has.Length.LessThan(1000));
    }

    private static byte[] WithKey(GgufValue value)
    {
        var writer = new GgufWriter();
        writer.Set("nested", value);
        return GgufSamples.Image(writer).Bytes;
    }

    private GgufException Refuses(byte[] content, GgufCheck check, string reason)
    {
        string path = _folder.Write("refused.gguf", content);
        var error = Assert.Throws<GgufException>(() => GgufFile.Open(path))!;
        Assert.That(error.Message, Does.StartWith($"{path}: ").And.Contains(reason));
        Assert.That(error.Check, Is.EqualTo(check), error.Message);
        return error;
    }
}
