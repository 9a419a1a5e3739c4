using System.Text;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class SpaceCleanerTests
{
    [TestCase("a . b", "a. b")]
    [TestCase(" ?", "?")]
    [TestCase("a  ,", "a ,")]
    [TestCase("a ' b", "a'b")]
    [TestCase("a ' ' b", "a'' b")]
    [TestCase("a 's 'm 're 've", "a's'm're've")]
    [TestCase("a 't 'd 'll 'x '", "a 't 'd 'll 'x '")]
    [TestCase("a 'r 'v", "a 'r 'v")]
    [TestCase("", "")]
    [TestCase(" ", " ")]
    public void DropsSpacesThatPunctuationDoesNotWant(string text, string cleaned)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.That(Encoding.UTF8.GetString(bytes, 0, SpaceCleaner.Clean(bytes)), Is.EqualTo(cleaned));
    }
}
