using System.Text;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization.Normalizing;

internal sealed class CanonicalCompositionTests
{
    [TestCase("plain ASCII, Ünïcode, 漢字, 한국어", "plain ASCII, Ünïcode, 漢字, 한국어", TestName = "ComposedTextStays")]
    [TestCase("e\u0301", "é", TestName = "ALetterAndItsMarkBecomeOne")]
    [TestCase("u\u0308\u0304", "ǖ", TestName = "SeveralMarksAreTaken")]
    [TestCase("q\u0307\u0323", "q\u0323\u0307", TestName = "MarksAreOrderedByClass")]
    [TestCase("a\u0315\u0300", "à\u0315", TestName = "AMarkReachesAcrossLowerClasses")]
    [TestCase("a\u0300\u0301", "à\u0301", TestName = "MarksOfOneClassKeepTheirOrder")]
    [TestCase("\u1112\u1161\u11AB", "한", TestName = "KoreanLettersBecomeASyllable")]
    [TestCase("한\u11AB", "한\u11AB", TestName = "AClosedSyllableTakesNoMore")]
    [TestCase("\u212B", "Å", TestName = "ASingletonBecomesItsOriginal")]
    [TestCase("\uF900", "豈", TestName = "CompatibilityIdeographsAreReplaced")]
    [TestCase("\u0958", "\u0915\u093C", TestName = "ExcludedCharactersComeApart")]
    [TestCase("\u0344", "\u0308\u0301", TestName = "AMarkMadeOfTwoComesApart")]
    [TestCase("\U0001D160", "\U0001D158\U0001D165\U0001D16E", TestName = "ThreeForOne")]
    public void Composes(string text, string composed)
    {
        int[] codePoints = [.. text.EnumerateRunes().Select(rune => rune.Value)];
        var result = CanonicalComposition.Apply(codePoints).ToArray();
        Assert.That(string.Concat(result.Select(codePoint => new Rune(codePoint))), Is.EqualTo(composed));
    }

    [Test]
    public void ALongRunOfMarksIsSortedInTime()
    {
        int[] text = new int[2_000_000];
        for (int i = 0; i < text.Length; i++)
            text[i] = i % 2 == 0 ? 0x0301 : 0x0323;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var result = CanonicalComposition.Apply(text);
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(result[0], Is.EqualTo(0x0323));
        Assert.That(result[^1], Is.EqualTo(0x0301));
    }
}
