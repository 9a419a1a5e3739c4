using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization.PreTokenizing;

internal sealed class PreTokenizerTests
{
    [TestCase("gpt-2", "I'll be 1234  years", "I|'ll| be| 1234| | years")]
    [TestCase("llama-bpe", "I'LL be 1234\n\n years", "I|'LL| be| |123|4|\n\n| years")]
    [TestCase("qwen2", "a 12.", "a| |1|2|.")]
    [TestCase("smollm", "a 12  b", "a| |1|2| | b")]
    [TestCase("gpt-4o", "HelloWorld's a/b/\n", "Hello|World's| a|/b|/\n")]
    [TestCase("falcon", "a, 12345 b", "a|,| |123|45| b")]
    [TestCase("deepseek-llm", "a b1\n日本 x  ", "a| b|1|\n|日本| x|  ")]
    [TestCase("deepseek-coder", "a 12\r\nb!", "a| |1|2|\r|\n|b|!")]
    [TestCase("deepseek-v3", "a 12345!ok日本の x", "a| |123|45|!ok|日本の| x")]
    [TestCase("hunyuan-dense", "#tag (1234)", "#tag| (|123|4|)")]
    [TestCase("joyai-llm", "e\u0301té 12,345", "e\u0301té| |12|,|345")]
    [TestCase("youtu", "HelloWorld's 日本ㄅㄆ，한국12", "HelloWorld's| |日本|ㄅㄆ|，|한국|1|2")]
    [TestCase("tiny_aya", "HelloWorld's  1234567", "HelloWorld's| | |1|234|567")]
    [TestCase("cohere2moe", "a 12345/b/\n", "a| |12|345|/b|/\n")]
    [TestCase("kimi-k2", "HelloWorld's 日本 12345", "HelloWorld's| |日本| |123|45")]
    [TestCase("superbpe", "two words 1234567!", "two words |1|234|567|!")]
    [TestCase("bailingmoe", "It'S 12\n\nx", "It|'S| |1|2|\n\n|x")]
    [TestCase("bailingmoe2", "a  b'LL", "a| | b|'LL")]
    [TestCase("llada-moe", "1234 x", "1|2|3|4| x")]
    [TestCase("seed-coder", "a!\n\nb 12", "a|!|\n\n|b| |1|2")]
    [TestCase("afmoe", "ab  12345!c ไทย日本x", "ab| | |12|345|!c| |ไ|ทย|日本|x")]
    [TestCase("laguna", "a!\nb \n\n c", "a|!|\n|b| |\n\n| c")]
    [TestCase("exaone-moe", "one two  three!/\n12", "one two| | three|!/\n|1|2")]
    [TestCase("minicpm5", "I'LL pay 12345", "I|'LL| pay| |123|45")]
    [TestCase("jais-2", "a       b\n   c", "a|    |  | b|\n|  | c")]
    [TestCase("granite-embed-multi-97m", "HelloWörld e\u0301A's 1234", "Hello|Wörld| e\u0301|A's| |123|4")]
    [TestCase("talkie", "HelloWorld's 1234", "Hello|World's| |123|4")]
    [TestCase("jina-v5-nano", "I'LL 1234", "I|'LL| |123|4")]
    [TestCase("f2llmv2", "I'LL 1234", "I|'LL| |1|2|3|4")]
    [TestCase("bloom", "Hello, big (world)... 12", "Hello|,| big| (|world|)...| 12")]
    [TestCase("gpt3-finnish", "a-b, 3", "a-b|,| 3")]
    [TestCase("poro-chat", "a  b-c,d", "a| | b-c|,|d")]
    [TestCase("viking", "a, b12 c", "a|,| b|1|2| c")]
    [TestCase("chameleon", "<sentinel:12>a+1\tb", "<|sentinel|:|1|2|>|a|+|1|\t|b")]
    [TestCase("chameleon", "xIMGIMGABZ    y   z", "x|IMGIMGABZ|    |y|  | z")]
    [TestCase("granite-embed-multi-311m", "a b\n\nc", "a b|\n\n|c")]
    [TestCase("sarvam-moe", "a b\n\nc", "a b|\n\n|c")]
    [TestCase("whitespace", "a b\n\nc.", "a| |b|\n\n|c.")]
    [TestCase("gemma4", "a b\n\nc", "a b|\n\n|c")]
    [TestCase("no such name", "a+b 1234", "a|+|b| |123|4")]
    public void CutsTextIntoWords(string name, string text, string words)
    {
        int[] codePoints = [.. text.EnumerateRunes().Select(rune => rune.Value)];
        var found = new List<string>();
        var splitter = new WordSplitter(PreTokenizer.Named(name).Words, codePoints);
        while (splitter.MoveNext())
            found.Add(string.Concat(codePoints[splitter.Start..splitter.End].Select(char.ConvertFromUtf32)));
        Assert.That(string.Join('|', found), Is.EqualTo(words));
    }

    // What llama.cpp sets by name, beside the words: c lean spaces, i gnore merges, b egin token, s eparator, e scape spaces.
    [TestCase("minicpm5", "ci")]
    [TestCase("jina-v5-nano", "cib")]
    [TestCase("deepseek-v3", "")]
    [TestCase("youtu", "i")]
    [TestCase("granite-embed-multi-97m", "i")]
    [TestCase("granite-embed-multi-311m", "ce")]
    [TestCase("sarvam-moe", "e")]
    [TestCase("jais-2", "c")]
    [TestCase("exaone-moe", "c")]
    [TestCase("bloom", "c")]
    [TestCase("poro-chat", "")]
    [TestCase("chameleon", "b")]
    [TestCase("roberta-bpe", "cs")]
    [TestCase("tekken", "ib")]
    public void SetsTheRulesThatGoByTheName(string name, string flags)
    {
        var rules = PreTokenizer.Named(name).Rules;
        var found = new[] { (rules.CleanSpaces, 'c'), (rules.IgnoreMerges, 'i'), (rules.AddBos, 'b'), (rules.AddSep, 's'), (rules.EscapeSpaces, 'e') };
        Assert.That(string.Concat(found.Where(flag => flag.Item1).Select(flag => flag.Item2)), Is.EqualTo(flags));
    }

    [Test]
    public void CutsLongRunsOfSpacesIntoPowersOfTwo()
    {
        int[] text = [.. Enumerable.Repeat((int)' ', 1300), 'x'];
        var lengths = new List<int>();
        var splitter = new WordSplitter(PreTokenizer.Named("jais-2").Words, text);
        while (splitter.MoveNext())
            lengths.Add(splitter.End - splitter.Start);
        Assert.That(lengths, Is.EqualTo(new[] { 512, 512, 256, 16, 2, 1, 2 }));
    }

    [TestCase("llama-bpe", true)]
    [TestCase("qwen35", true)]
    [TestCase("", false)]
    [TestCase("qwen9", false)]
    public void KnowsTheNamesThatItHasRulesFor(string name, bool known) => Assert.That(PreTokenizer.IsKnown(name), Is.EqualTo(known));
}
