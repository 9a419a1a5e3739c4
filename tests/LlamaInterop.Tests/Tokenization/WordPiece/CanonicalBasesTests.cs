using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization.WordPiece;

internal sealed class CanonicalBasesTests
{
    [TestCase('é', new[] { (int)'e' })]
    [TestCase('a', new[] { (int)'a' })]
    [TestCase(0x1EA4, new[] { (int)'A' })]
    [TestCase(0x212B, new[] { (int)'A' })]
    [TestCase(0xAC00, new[] { 0x1100, 0x1161 })]
    [TestCase(0xD55C, new[] { 0x1112, 0x1161, 0x11AB })]
    [TestCase(0x9CB, new[] { 0x9C7, 0x9BE })]
    [TestCase(0x1D160, new[] { 0x1D158, 0x1D165, 0x1D16E })]
    [TestCase(0xF900, new[] { 0x8C48 })]
    [TestCase(0x2FA1D, new[] { 0x2A600 })]
    public void DropsTheMarksOfACharacter(int codePoint, int[] bases)
    {
        Span<int> destination = stackalloc int[3];
        int count = CanonicalBases.Write(codePoint, destination);
        Assert.That(destination[..count].ToArray(), Is.EqualTo(bases));
    }
}
