using System.Text;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class TokenTrieTests
{
    [Test]
    public void FindsTheLongestTextThatAnotherBeginsWith()
    {
        var trie = TrieOf("a", "ab", "abcd", "b", "é");
        Assert.That(Longest(trie, "abce"), Is.EqualTo((1, 2)));
        Assert.That(Longest(trie, "abcde"), Is.EqualTo((2, 4)));
        Assert.That(Longest(trie, "éa"), Is.EqualTo((4, 2)));
        Assert.That(Longest(trie, "c"), Is.EqualTo((-1, 0)));
        Assert.That(Longest(trie, ""), Is.EqualTo((-1, 0)));
    }

    [Test]
    public void KeepsTheHighestTokenOfATextGivenTwice() => Assert.That(Longest(TrieOf("a", "b", "a", "ab"), "ac"), Is.EqualTo((2, 1)));

    [Test]
    public void MayBeEmpty()
    {
        var trie = TrieOf();
        Assert.That(trie.Count, Is.EqualTo(1));
        Assert.That(trie.Child(TokenTrie.Root, 0), Is.EqualTo(-1));
    }

    [Test]
    public void LeadsToEveryTextByteByByte()
    {
        var random = new Random(2);
        byte[][] texts = [.. Enumerable.Range(0, 2000).Select(_ => Enumerable.Range(0, random.Next(1, 6)).Select(_ => (byte)random.Next(random.Next(1, 256))).ToArray())
            .DistinctBy(Convert.ToHexString)];
        var trie = new TokenTrie(texts.Select((text, token) => ((ReadOnlyMemory<byte>)text, token)));
        for (int token = 0; token < texts.Length; token++)
            Assert.That(trie.Token(texts[token].Aggregate(TokenTrie.Root, trie.Child)), Is.EqualTo(token), () => $"seed 2, text {token}");
        int nodes = texts.SelectMany(text => Enumerable.Range(1, text.Length).Select(length => Convert.ToHexString(text, 0, length))).Distinct().Count();
        Assert.That(trie.Count, Is.EqualTo(nodes + 1));
    }

    private static TokenTrie TrieOf(params string[] texts) =>
        new(texts.Select((text, token) => ((ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text), token)));

    private static (int Token, int Length) Longest(TokenTrie trie, string text)
    {
        int token = trie.LongestPrefix(Encoding.UTF8.GetBytes(text), out int length);
        return (token, length);
    }
}
