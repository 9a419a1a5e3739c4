using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

internal sealed class GgufMetadataTests
{
    private static readonly GgufMetadata s_metadata = new("m.gguf", new OrderedDictionary<string, GgufValue>(
        GgufSamples.EveryValue().Select(pair => KeyValuePair.Create(pair.Key, pair.Value))));

    [Test]
    public void ReadsIntegersOfEveryWidth()
    {
        Assert.That(s_metadata.GetInt32("scalar.uint8"), Is.EqualTo(255));
        Assert.That(s_metadata.GetInt32("scalar.int8"), Is.EqualTo(-128));
        Assert.That(s_metadata.GetInt32("scalar.uint16"), Is.EqualTo(65535));
        Assert.That(s_metadata.GetInt32("scalar.int16"), Is.EqualTo(-32768));
        Assert.That(s_metadata.GetUInt32("scalar.uint32"), Is.EqualTo(uint.MaxValue));
        Assert.That(s_metadata.GetInt64("scalar.uint32"), Is.EqualTo(uint.MaxValue));
        Assert.That(s_metadata.GetInt64("scalar.int64"), Is.EqualTo(long.MinValue));
    }

    [Test]
    public void RefusesIntegersThatDoNotFit()
    {
        Refuses(GgufCheck.ValueRange, metadata => metadata.GetInt32("scalar.uint32"), "m.gguf: key 'scalar.uint32' = 4294967295 is outside -2147483648 to 2147483647");
        Refuses(GgufCheck.ValueRange, metadata => metadata.GetUInt32("scalar.int8"), "m.gguf: key 'scalar.int8' = -128 is outside 0 to 4294967295");
        Refuses(GgufCheck.ValueRange, metadata => metadata.GetInt64("scalar.uint64"), "m.gguf: key 'scalar.uint64' = 18446744073709551615 is outside -9223372036854775808 to 9223372036854775807");
        Refuses(GgufCheck.ValueRange, metadata => metadata.GetInt32Array("array.uint32"), "key 'array.uint32' = [0, 4294967295] is outside int32");
        Refuses(GgufCheck.ValueRange, metadata => metadata.GetInt32Array("array.uint64"), "outside int32");
        Refuses(GgufCheck.ValueRange, metadata => metadata.GetInt32Array("array.int64"), "outside int32");
    }

    [Test]
    public void ReadsFloatsFromAnyNumber()
    {
        Assert.That(s_metadata.GetFloat("scalar.float32"), Is.EqualTo(-1.5e-38f));
        Assert.That(s_metadata.GetFloat("scalar.float64"), Is.EqualTo(MathF.PI));
        Assert.That(s_metadata.GetFloat("scalar.uint16"), Is.EqualTo(65535f));
        var large = s_metadata.WithOverrides([new("x", GgufValue.From(1e300)), new("inf", GgufValue.From(double.PositiveInfinity))]);
        Assert.That(large.GetFloat("inf"), Is.EqualTo(float.PositiveInfinity));
        Assert.That(Assert.Throws<GgufException>(() => large.GetFloat("x"))!.Check, Is.EqualTo(GgufCheck.ValueRange));
    }

    [Test]
    public void RefusesValuesOfAnotherKind()
    {
        Refuses(GgufCheck.ValueKind, metadata => metadata.GetInt32("scalar.float32"), "m.gguf: key 'scalar.float32' is of type float32, not an integer");
        Refuses(GgufCheck.ValueKind, metadata => metadata.GetInt32("scalar.bool"), "is of type bool, not an integer");
        Refuses(GgufCheck.ValueKind, metadata => metadata.GetFloat("scalar.string"), "is of type string, not a number");
        Refuses(GgufCheck.ValueKind, metadata => metadata.GetFloat("array.float32"), "is of type array of float32, not a number");
        Refuses(GgufCheck.ValueKind, metadata => metadata.GetBool("scalar.uint8"), "is of type uint8, not a boolean");
        Refuses(GgufCheck.ValueKind, metadata => metadata.GetString("array.uint8"), "is of type array of uint8, not a string");
        Refuses(GgufCheck.ValueKind, metadata => metadata.GetStringArray("scalar.string"), "is of type string, not an array of strings");
        Refuses(GgufCheck.ValueKind, metadata => metadata.GetInt32Array("array.float32"), "is of type array of float32, not an array of integers");
        Refuses(GgufCheck.ValueKind, metadata => metadata.GetInt32Array("scalar.int32"), "is of type int32, not an array of integers");
        Refuses(GgufCheck.ValueKind, metadata => metadata.GetFloatArray("array.int32"), "is of type array of int32, not an array of floats");
    }

    [Test]
    public void NamesAMissingKey() => Refuses(GgufCheck.Missing, metadata => metadata.GetInt32("llama.none"), "m.gguf: key 'llama.none' is missing");

    [Test]
    public void DefaultsOnlyWhenTheKeyIsAbsent()
    {
        Assert.That(s_metadata.GetInt32OrDefault("none", 7), Is.EqualTo(7));
        Assert.That(s_metadata.GetUInt32OrDefault("none", 8), Is.EqualTo(8));
        Assert.That(s_metadata.GetInt64OrDefault("none", 9), Is.EqualTo(9));
        Assert.That(s_metadata.GetFloatOrDefault("none", 0.5f), Is.EqualTo(0.5f));
        Assert.That(s_metadata.GetBoolOrDefault("none", true), Is.True);
        Assert.That(s_metadata.GetStringOrDefault("none", "x"), Is.EqualTo("x"));
        Assert.That(s_metadata.GetInt32OrDefault("scalar.uint8", 7), Is.EqualTo(255));
        Refuses(GgufCheck.ValueKind, metadata => metadata.GetInt32OrDefault("scalar.string", 7), "not an integer");
    }

    [Test]
    public void ReadsArrays()
    {
        Assert.That(s_metadata.GetInt32Array("array.uint8"), Is.EqualTo(new[] { 0, 1, 255 }));
        Assert.That(s_metadata.GetInt32Array("array.int8"), Is.EqualTo(new[] { -128, 0, 127 }));
        Assert.That(s_metadata.GetInt32Array("array.uint16"), Is.EqualTo(new[] { 0, 65535 }));
        Assert.That(s_metadata.GetInt32Array("array.int16"), Is.EqualTo(new[] { -32768, 32767 }));
        Assert.That(s_metadata.GetInt32Array("array.int32"), Is.EqualTo(new[] { int.MinValue, 0, int.MaxValue }));
        Assert.That(s_metadata.GetFloatArray("array.float32"), Is.EqualTo(new[] { 0f, -0f, float.NaN, float.PositiveInfinity }));
        Assert.That(s_metadata.GetFloatArray("array.float64"), Is.EqualTo(new[] { float.PositiveInfinity, -0f }));
        Assert.That(s_metadata.GetFloatArray("array.empty"), Is.Empty);
        Assert.That(s_metadata.GetStringArray("array.string"), Is.EqualTo(new[] { "", "a", "größer" }));
        Assert.That(s_metadata.Get("array.array").Arrays.Length, Is.EqualTo(3));
    }

    [Test]
    public void GivesTheBytesOfTextsThatAreNotUtf8()
    {
        var texts = s_metadata.GetUtf8Array("array.bytes");
        Assert.That(texts.Utf8(0).ToArray(), Is.EqualTo(new byte[] { 0xC3 }));
        Assert.That(texts.Utf8(1).ToArray(), Is.EqualTo(new byte[] { 0xA4, 0x80 }));
        Assert.That(texts.Utf8(2).IsEmpty);
        Assert.That(texts[0], Is.EqualTo("\uFFFD"));
        Assert.That(() => texts.Utf8(3), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => texts.Utf8(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(s_metadata.GetUtf8("scalar.notutf8").ToArray(), Is.EqualTo(new byte[] { 0xFF, 0x41 }));
        Refuses(GgufCheck.TextEncoding, metadata => metadata.GetString("scalar.notutf8"), "m.gguf: key 'scalar.notutf8' holds text that is not UTF-8");
    }

    [Test]
    public void DescribesValuesForPeople()
    {
        Assert.That(s_metadata.Get("scalar.float64").ToString(), Is.EqualTo("3.141592653589793"));
        Assert.That(s_metadata.Get("scalar.bool").ToString(), Is.EqualTo("true"));
        Assert.That(s_metadata.Get("array.bool").ToString(), Is.EqualTo("[true, false, true]"));
        Assert.That(s_metadata.Get("array.string").TypeName, Is.EqualTo("array of string"));
        Assert.That(GgufValue.FromArray([.. Enumerable.Range(0, 100)]).ToString(), Is.EqualTo("[0, 1, 2, 3, 4, 5, 6, 7, ... 100 in all]"));
    }

    [Test]
    public void OverridesReplaceInPlaceAndAddAtTheEnd()
    {
        var changed = s_metadata.WithOverrides([GgufOverride.Parse("scalar.int8=int:3"), GgufOverride.Parse("new.key=str:a=b:c")]);
        Assert.That(changed.GetInt32("scalar.int8"), Is.EqualTo(3));
        Assert.That(changed.Last().Key, Is.EqualTo("new.key"));
        Assert.That(changed.GetString("new.key"), Is.EqualTo("a=b:c"));
        Assert.That(changed.Select(pair => pair.Key).SkipLast(1), Is.EqualTo(s_metadata.Select(pair => pair.Key)));
        Assert.That(s_metadata.GetInt32("scalar.int8"), Is.EqualTo(-128), "the source is unchanged");
    }

    private static void Refuses(GgufCheck check, Action<GgufMetadata> read, string reason)
    {
        var error = Assert.Throws<GgufException>(() => read(s_metadata))!;
        Assert.That(error.Message, Does.Contain(reason));
        Assert.That(error.Check, Is.EqualTo(check));
    }
}
