using System.Text.RegularExpressions;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization.PreTokenizing;

/// <summary>Each rule against the regular expression that it stands for, on random text of awkward characters.</summary>
internal sealed class WordRuleTests
{
    private const string Contractions = "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]";
    private const string Space = @"|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Upper = @"(?:(?=\p{L})[^a-z])";
    private const string Lower = @"(?:(?=\p{L})[^A-Z])";
    private const string NotWord = @"[^\r\n\p{L}\p{N}]";

    private static readonly int[] s_characters =
    [
        ' ', ' ', ' ', '\n', '\r', '\t', '\'', '\'', 's', 'S', 't', 'r', 'e', 'E', 'l', 'd', 'a', 'Z', '1', '2', '9', '.', ',', '$', '+', '~', '/', '_',
        0xE9, 0xC9, 0x65E5, 0x672C, 0x3000, 0x300, 0x2019, 0xB2, 0x660, 0x20AC, 0xA0, 0x200B, 0x0,
    ];

    private static readonly Dictionary<string, (WordRule Rule, string Regex)> s_rules = new()
    {
        ["gpt-2"] = (new Gpt2Rule(), @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"),
        ["llama 3"] = (new Llama3Rule { MaxDigits = 3 }, $@"(?:{Contractions})|{NotWord}?\p{{L}}+|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*{Space}"),
        ["qwen 2"] = (new Llama3Rule { MaxDigits = 1 }, $@"(?:{Contractions})|{NotWord}?\p{{L}}+|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*{Space}"),
        ["qwen 3.5"] = (new Llama3Rule { MaxDigits = 1, MarksInWords = true },
            $@"(?:{Contractions})|{NotWord}?[\p{{L}}\p{{M}}]+|\p{{N}}| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*{Space}"),
        ["gpt-4o"] = (new CasedWordRule { MaxDigits = 3, Contractions = true, Tail = PunctuationTail.LineBreaksAndSlashes },
            $@"{NotWord}?{Upper}*{Lower}+(?:{Contractions})?|{NotWord}?{Upper}+{Lower}*(?:{Contractions})?|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*{Space}"),
        ["tekken"] = (new CasedWordRule { MaxDigits = 1, Contractions = false, Tail = PunctuationTail.LineBreaksAndSlashes },
            $@"{NotWord}?{Upper}*{Lower}+|{NotWord}?{Upper}+{Lower}*|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*{Space}"),
        ["number"] = (new RunRule(CharacterClasses.IsNumber) { MaxLength = 1 }, @"\p{N}"),
        ["numbers"] = (new RunRule(CharacterClasses.IsNumber), @"\p{N}+"),
        ["three digits"] = (new RunRule(c => c is >= '0' and <= '9') { MinLength = 3, MaxLength = 3 }, "[0-9][0-9][0-9]"),
        ["space and letters"] = (new RunRule(CharacterClasses.IsLetter) { Prefix = CharacterClasses.IsWhiteSpace }, @"\s?\p{L}+"),
        ["trailing space"] = (new TrailingSpaceRule(), @"\s+\z"),
    };

    private static IEnumerable<string> Names => s_rules.Keys;

    [TestCaseSource(nameof(Names))]
    public void CutsAsItsRegularExpression(string name)
    {
        var (rule, regex) = s_rules[name];
        var random = new Random(7);
        for (int round = 0; round < 3000; round++)
        {
            int[] text = [.. Enumerable.Range(0, random.Next(1, 24)).Select(_ => s_characters[random.Next(s_characters.Length)])];
            Assert.That(Cut(rule, text), Is.EqualTo(CutByRegex(regex, text)), () => $"seed 7, round {round}: {string.Join(' ', text.Select(c => c.ToString("X")))}");
        }
    }

    [TestCaseSource(nameof(Names))]
    public void EndsEveryPieceWithinTheText(string name)
    {
        var rule = s_rules[name].Rule;
        foreach (int character in s_characters)
            Assert.That(rule.PieceEnd([character], 0), Is.EqualTo(1));
    }

    private static List<string> Cut(WordRule rule, int[] text)
    {
        var pieces = new List<string>();
        var words = new WordSplitter([rule], text);
        while (words.MoveNext())
            pieces.Add(ToText(text[words.Start..words.End]));
        return pieces;
    }

    private static List<string> CutByRegex(string regex, int[] codePoints)
    {
        string text = ToText(codePoints);
        var pieces = new List<string>();
        int start = 0;
        foreach (Match match in Regex.Matches(text, regex, RegexOptions.CultureInvariant))
        {
            if (match.Index > start)
                pieces.Add(text[start..match.Index]);
            pieces.Add(match.Value);
            start = match.Index + match.Length;
        }
        if (start < text.Length)
            pieces.Add(text[start..]);
        return pieces;
    }

    private static string ToText(int[] codePoints) => string.Concat(codePoints.Select(char.ConvertFromUtf32));
}
