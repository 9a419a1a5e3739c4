using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

internal sealed class GgufValueParserTests
{
    [TestCase("255", GgufValueType.UInt8)]
    [TestCase("-128", GgufValueType.Int8)]
    [TestCase("65535", GgufValueType.UInt16)]
    [TestCase("-32768", GgufValueType.Int16)]
    [TestCase("4294967295", GgufValueType.UInt32)]
    [TestCase("-2147483648", GgufValueType.Int32)]
    [TestCase("18446744073709551615", GgufValueType.UInt64)]
    [TestCase("-9223372036854775808", GgufValueType.Int64)]
    [TestCase("0.1", GgufValueType.Float32)]
    [TestCase("1E-300", GgufValueType.Float64)]
    [TestCase("true", GgufValueType.Bool)]
    [TestCase(" any text, 大 ", GgufValueType.String)]
    public void ReadsWhatItWrites(string text, GgufValueType type)
    {
        var value = GgufValueParser.Parse(text, type);
        Assert.That((value.Type, value.ToString()), Is.EqualTo((type, text)));
    }

    [TestCase("[1, 2, 255]", GgufValueType.UInt8, "[1, 2, 255]")]
    [TestCase("[-1]", GgufValueType.Int64, "[-1]")]
    [TestCase("[0.5, 2]", GgufValueType.Float32, "[0.5, 2]")]
    [TestCase("[true, false]", GgufValueType.Bool, "[true, false]")]
    [TestCase("[\"a\", \"b, c\"]", GgufValueType.String, "[a, b, c]")]
    [TestCase("[]", GgufValueType.Int32, "[]")]
    public void ReadsArrays(string text, GgufValueType element, string shown)
    {
        var value = GgufValueParser.Parse(text, GgufValueType.Array, element);
        Assert.That((value.Type, value.ElementType, value.ToString()), Is.EqualTo((GgufValueType.Array, element, shown)));
    }

    [TestCase("256", GgufValueType.UInt8, "an integer from 0 to 255")]
    [TestCase("-1", GgufValueType.UInt32, "an integer from 0")]
    [TestCase("1.5", GgufValueType.Int32, "an integer")]
    [TestCase("", GgufValueType.Int32, "an integer")]
    [TestCase("x", GgufValueType.Float32, "a number")]
    [TestCase("True", GgufValueType.Bool, "true or false")]
    public void RefusesWhatTheTypeCannotHold(string text, GgufValueType type, string reason) =>
        Assert.That(() => GgufValueParser.Parse(text, type), Throws.TypeOf<FormatException>().With.Message.Contains(reason));

    [TestCase("1, 2")]
    [TestCase("[1, 2")]
    [TestCase("{}")]
    [TestCase("[[1]]")]
    [TestCase("[null]")]
    [TestCase("[300]")]
    public void RefusesWhatIsNoArrayOfBytes(string text) =>
        Assert.That(() => GgufValueParser.Parse(text, GgufValueType.Array, GgufValueType.UInt8), Throws.TypeOf<FormatException>());
}
