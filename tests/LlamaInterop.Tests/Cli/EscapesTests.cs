using System.Text;
using LlamaInterop.Cli.Text;

namespace LlamaInterop.Tests.Cli;

internal sealed class EscapesTests
{
    [TestCase(@"a\nb\rc\td", "a\nb\rc\td")]
    [TestCase(@"\'\""\\", "'\"\\")]
    [TestCase(@"\x41\x0a", "A\n")]
    [TestCase(@"\\n", @"\n")]
    [TestCase(@"\q\", @"\q\")]
    [TestCase(@"\xg1\x4", @"\xg1\x4")]
    [TestCase(@"\x 1\x+1", @"\x 1\x+1")]
    [TestCase(@"é\n世", "é\n世")]
    [TestCase("", "")]
    public void ReplacesKnownEscapesOnly(string typed, string expected) =>
        Assert.That(Encoding.UTF8.GetString(Escapes.Replace(typed)), Is.EqualTo(expected));

    [Test]
    public void HexadecimalEscapeIsOneByte() =>
        Assert.That(Escapes.Replace(@"\xff\xE4\xb8\x96"), Is.EqualTo(new byte[] { 0xff, 0xe4, 0xb8, 0x96 }));
}
