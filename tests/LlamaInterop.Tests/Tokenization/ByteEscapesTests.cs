using System.Text;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class ByteEscapesTests
{
    [TestCase("abc", "61 62 63")]
    [TestCase("\\n\\r\\t", "0A 0D 09")]
    [TestCase("\\\\n", "5C 6E")]
    [TestCase("\\x00\\xfF\\xE2", "00 FF E2")]
    [TestCase("\\'\\\"", "27 22")]
    [TestCase("é", "C3 A9")]
    [TestCase("\\xg1", "78 67 31")]
    [TestCase("\\x+1", "78 2B 31")]
    [TestCase("\\x1", "78 31")]
    [TestCase("a\\", "61 5C")]
    [TestCase("\\", "5C")]
    [TestCase("", "")]
    public void ReadsEscapesAsPythonWritesThem(string text, string bytes) =>
        Assert.That(string.Join(' ', ByteEscapes.Decode(Encoding.UTF8.GetBytes(text)).Select(value => $"{value:X2}")), Is.EqualTo(bytes));
}
