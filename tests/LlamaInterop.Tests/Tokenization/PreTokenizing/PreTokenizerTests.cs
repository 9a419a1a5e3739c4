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

    [TestCase("llama-bpe", true)]
    [TestCase("qwen35", true)]
    [TestCase("", false)]
    [TestCase("qwen9", false)]
    public void KnowsTheNamesThatItHasRulesFor(string name, bool known) => Assert.That(PreTokenizer.IsKnown(name), Is.EqualTo(known));
}
