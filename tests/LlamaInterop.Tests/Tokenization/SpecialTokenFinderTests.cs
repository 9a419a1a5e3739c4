using System.Text;
using LlamaInterop.Tokenization;
using static LlamaInterop.Tests.Tokenization.TinyVocabulary;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class SpecialTokenFinderTests
{
    [TestCase("x<s>y", "x|[<s>]|y")]
    [TestCase("<s><s>", "[<s>]|[<s>]")]
    [TestCase("<s", "<s")]
    [TestCase("", "")]
    public void CutsTokensOutOfText(string text, string fragments) => Assert.That(Split(text, hidden: true), Is.EqualTo(fragments));

    [Test]
    public void FindsOnlyUserDefinedTokensUnlessHiddenOnesAreAskedFor()
    {
        Assert.That(Split("<s>[u]", hidden: false, "[u]"), Is.EqualTo("<s>|[[u]]"));
        Assert.That(Split("<s>[u]", hidden: true, "[u]"), Is.EqualTo("[<s>]|[[u]]"));
    }

    [TestCase("abcd", "a|[bcd]", "ab", "bcd")]
    [TestCase("ababab", "[abab]|[ab]", "ab", "abab")]
    [TestCase("aaaaaaa", "[aaa]|[aaa]|a", "aa", "aaa")]
    [TestCase("xabcx", "x|[abc]|x", "b", "abc")]
    public void PrefersTheLongestTokenWhereverItLies(string text, string fragments, params string[] tokens) =>
        Assert.That(Split(text, hidden: false, tokens), Is.EqualTo(fragments));

    [Test]
    public void FindsWhatSearchingTokenByTokenFinds()
    {
        var random = new Random(3);
        for (int round = 0; round < 500; round++)
        {
            // Of different lengths, since between equally long tokens nothing decides.
            string[] tokens = [.. Enumerable.Range(1, random.Next(1, 6)).Select(length => Letters(random, length))];
            string text = Letters(random, random.Next(0, 40));
            Assert.That(Split(text, hidden: false, tokens), Is.EqualTo(SplitBySearch(text, tokens)), () => $"seed 3, round {round}: {text}, {string.Join(' ', tokens)}");
        }
    }

    [Test]
    public void SwallowsWhiteSpaceBesideTokensThatDoSo()
    {
        var values = Spm(("[u]", UserDefined));
        values["general.name"] = LlamaInterop.Gguf.GgufValue.From("Phi-3 mini");
        Assert.That(Describe("a [u] \n b<s> c", Vocabulary.FromGguf(Metadata(values)), hidden: true), Is.EqualTo("a |[[u]]|b|[<s>]| c"));
    }

    private static string Letters(Random random, int length) => new([.. Enumerable.Range(0, length).Select(_ => "ab"[random.Next(2)])]);

    private static string Split(string text, bool hidden, params string[] userDefined) =>
        Describe(text, Vocabulary.FromGguf(Metadata(Spm([.. userDefined.Select(token => (token, UserDefined))]))), hidden);

    private static string Describe(string text, Vocabulary vocabulary, bool hidden)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var fragments = new SpecialTokenFinder(vocabulary, hidden).Split(bytes)
            .Select(fragment => fragment.IsToken
                ? $"[{Encoding.UTF8.GetString(vocabulary.TokenBytes(fragment.Token))}]"
                : Encoding.UTF8.GetString(bytes, fragment.Start, fragment.Length));
        return string.Join('|', fragments);
    }

    private static string SplitBySearch(string text, string[] tokens)
    {
        List<string> fragments = text.Length == 0 ? [] : [text];
        foreach (string token in tokens.OrderByDescending(token => token.Length))
            fragments = [.. fragments.SelectMany(fragment => fragment[0] == '[' ? [fragment] : Cut(fragment, token))];
        return string.Join('|', fragments);
    }

    private static IEnumerable<string> Cut(string text, string token)
    {
        string[] parts = text.Split(token);
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length > 0)
                yield return parts[i];
            if (i + 1 < parts.Length)
                yield return $"[{token}]";
        }
    }
}
