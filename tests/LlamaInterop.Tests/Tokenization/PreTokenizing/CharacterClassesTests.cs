using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization.PreTokenizing;

internal sealed class CharacterClassesTests
{
    private static readonly (int CodePoint, CharacterClass Class)[] s_examples =
    [
        ('a', CharacterClass.Letter), (0x65E5, CharacterClass.Letter), (0x1D400, CharacterClass.Letter),
        ('7', CharacterClass.Number), (0xB2, CharacterClass.Number), (0x2167, CharacterClass.Number),
        (0x301, CharacterClass.Mark), (0x93E, CharacterClass.Mark),
        ('.', CharacterClass.Punctuation), ('_', CharacterClass.Punctuation), (0x3002, CharacterClass.Punctuation),
        ('+', CharacterClass.Symbol), ('~', CharacterClass.Symbol), (0x1F600, CharacterClass.Symbol),
        (' ', CharacterClass.WhiteSpace), ('\n', CharacterClass.WhiteSpace), (0x85, CharacterClass.WhiteSpace), (0x3000, CharacterClass.WhiteSpace),
        (0, CharacterClass.Other), (0x200B, CharacterClass.Other), (0xD800, CharacterClass.Other), (0xE000, CharacterClass.Other), (0x10FFFF, CharacterClass.Other),
    ];

    [Test]
    public void FollowsTheGeneralCategories()
    {
        foreach (var (codePoint, expected) in s_examples)
            Assert.That(CharacterClasses.Of(codePoint), Is.EqualTo(expected), () => $"U+{codePoint:X4}");
    }
}
