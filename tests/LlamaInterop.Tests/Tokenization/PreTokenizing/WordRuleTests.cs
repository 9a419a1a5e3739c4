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
    private const string MarkedUpper = @"(?:(?=[\p{L}\p{M}])[^a-z])";
    private const string MarkedLower = @"(?:(?=[\p{L}\p{M}])[^A-Z])";
    private const string NotWord = @"[^\r\n\p{L}\p{N}]";

    private static readonly int[] s_characters =
    [
        ' ', ' ', ' ', '\n', '\r', '\t', '\'', '\'', 's', 'S', 't', 'r', 'e', 'E', 'l', 'd', 'a', 'Z', '1', '2', '9', '.', ',', '$', '+', '~', '/', '_',
        0xE9, 0xC9, 0x65E5, 0x672C, 0x3000, 0x300, 0x2019, 0xB2, 0x660, 0x20AC, 0xA0, 0x200B, 0x0,
        0xAC00, 0x3131, 0x1C5, '(', '|', 0x60C, 0x964, '3', '4', '5', '6', 0xFF11,
    ];

    private const string Han = "[\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF]";
    private const string AsciiPunctuation = @"[!-/:-@\[-`{-~]";

    // What a rule of several parts cuts is what one regular expression of the vocabulary's makers does.
    private static readonly Dictionary<string, (WordRule[] Rules, string Regex)> s_rules = new()
    {
        ["gpt-2"] = ([new Gpt2Rule()], @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"),
        ["llama 3"] = ([new Llama3Rule { MaxDigits = 3 }], $@"(?:{Contractions})|{NotWord}?\p{{L}}+|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*{Space}"),
        ["qwen 2"] = ([new Llama3Rule { MaxDigits = 1 }], $@"(?:{Contractions})|{NotWord}?\p{{L}}+|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*{Space}"),
        ["bailing moe"] = (PreTokenizer.Named("bailingmoe").Words,
            $@"'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|{NotWord}?\p{{L}}+|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"),
        ["qwen 3.5"] = ([new Llama3Rule { MaxDigits = 1, MarksInWords = true }],
            $@"(?:{Contractions})|{NotWord}?[\p{{L}}\p{{M}}]+|\p{{N}}| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*{Space}"),
        ["seed coder"] = ([new Llama3Rule { MaxDigits = 1, Tail = PunctuationTail.None }],
            $@"(?:{Contractions})|{NotWord}?\p{{L}}+|\p{{N}}| ?[^\s\p{{L}}\p{{N}}\r\n]+{Space}"),
        ["jais 2"] = ([new Llama3Rule { MaxDigits = 3 }, new SpaceGroupRule()],
            $@"(?:{Contractions})|{NotWord}?\p{{L}}+|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|\s*[\r\n]+|\s{{16}}(?!\S)|\s{{8}}(?!\S)|\s{{4}}(?!\S)|\s{{1,2}}(?!\S)|\s"),
        ["exaone moe"] = ([new PhraseRule { MaxDigits = 1, Tail = PunctuationTail.LineBreakOrSlash }],
            $@"(?:{Contractions})|{NotWord}?(?:\p{{L}}\p{{M}}*(?: \p{{L}}\p{{M}}*)*)+|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+"),
        ["gpt-4o"] = ([Cased(3, contractions: true)],
            $@"{NotWord}?{Upper}*{Lower}+(?:{Contractions})?|{NotWord}?{Upper}+{Lower}*(?:{Contractions})?|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*{Space}"),
        ["tekken"] = ([Cased(1, contractions: false)],
            $@"{NotWord}?{Upper}*{Lower}+|{NotWord}?{Upper}+{Lower}*|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*{Space}"),
        ["granite multilingual"] = (PreTokenizer.Named("granite-embed-multi-97m").Words,
            $@"{NotWord}?{MarkedUpper}*{MarkedLower}+(?:{Contractions})?|{NotWord}?{MarkedUpper}+{MarkedLower}*(?:{Contractions})?|\p{{N}}{{1,3}}"
            + $@"| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*{Space}"),
        ["youtu"] = ([new SuffixedWordRule { MaxDigits = 1, Tail = PunctuationTail.LineBreaksAndSlashes }],
            $@"{NotWord}?[\p{{L}}\p{{M}}]+(?:{Contractions})?|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*{Space}"),
        ["kimi k2"] = ([new SuffixedWordRule { MaxDigits = 3, HanApart = true }],
            $@"{Han}+|{NotWord}?(?:(?!{Han})\p{{L}})+(?:{Contractions})?|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*{Space}"),
        ["deepseek v3"] = ([new DeepSeek3Rule()],
            $@"{AsciiPunctuation}[A-Za-z]+|[^\r\n\p{{L}}\p{{P}}\p{{S}}]?[\p{{L}}\p{{M}}]+| ?[\p{{P}}\p{{S}}]+[\r\n]*{Space}"),
        ["scripts"] = ([new ScriptRule(ScriptRanges.Han, ScriptRanges.Hangul)], $"{Han}+|[\u3131-\u318E\uAC00-\uD7A3]+"),
        ["bloom"] = (PreTokenizer.Named("bloom").Words, @" ?[^(\s|.,!?…。，、।۔،)]+"),
        ["groups of numbers"] = ([new NumberGroupRule()], @"\P{N}*\p{N}{1,3}(?=(?:\p{N}{3})*(?!\p{N}))"),
        ["groups of digits"] = ([new DigitGroupRule()], "(?=(?:[0-9]{3})+(?![0-9]))"),
        ["number"] = ([new RunRule(CharacterClasses.IsNumber) { MaxLength = 1 }], @"\p{N}"),
        ["numbers"] = ([new RunRule(CharacterClasses.IsNumber)], @"\p{N}+"),
        ["three digits"] = ([new RunRule(c => c is >= '0' and <= '9') { MinLength = 3, MaxLength = 3 }], "[0-9][0-9][0-9]"),
        ["space and letters"] = ([new RunRule(CharacterClasses.IsLetter) { Prefix = CharacterClasses.IsWhiteSpace }], @"\s?\p{L}+"),
        ["indents"] = ([ChameleonRules.Indent], "[\t\n]|    |  "),
        ["trailing space"] = ([new TrailingSpaceRule()], @"\s+\z"),
    };

    private static IEnumerable<string> Names => s_rules.Keys;

    [TestCaseSource(nameof(Names))]
    public void CutsAsItsRegularExpression(string name)
    {
        var (rules, regex) = s_rules[name];
        var random = new Random(7);
        for (int round = 0; round < 3000; round++)
        {
            // Every other text is mostly of one kind of character, so that there are long runs.
            int kinds = round % 2 == 0 ? s_characters.Length : 3;
            int first = random.Next(s_characters.Length);
            int[] text = [.. Enumerable.Range(0, random.Next(1, 24)).Select(_ => s_characters[(first + random.Next(kinds)) % s_characters.Length])];
            Assert.That(Cut(rules, text), Is.EqualTo(CutByRegex(regex, text)), () => $"seed 7, round {round}: {string.Join(' ', text.Select(c => c.ToString("X")))}");
        }
    }

    [TestCaseSource(nameof(Names))]
    public void EndsEveryPieceWithinTheText(string name)
    {
        foreach (var rule in s_rules[name].Rules)
        {
            foreach (int character in s_characters)
                Assert.That(rule.PieceEnd([character], 0), Is.EqualTo(1));
        }
    }

    private static CasedWordRule Cased(int maxDigits, bool contractions) =>
        new() { MaxDigits = maxDigits, Contractions = contractions, Tail = PunctuationTail.LineBreaksAndSlashes };

    private static List<string> Cut(WordRule[] rules, int[] text)
    {
        var pieces = new List<string>();
        var words = new WordSplitter(rules, text);
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
            if (match.Length > 0)
                pieces.Add(match.Value);
            start = match.Index + match.Length;
        }
        if (start < text.Length)
            pieces.Add(text[start..]);
        return pieces;
    }

    private static string ToText(int[] codePoints) => string.Concat(codePoints.Select(char.ConvertFromUtf32));
}
