using System.Text;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization.Unigram;

internal sealed class CharacterMapReaderTests
{
    private static readonly Dictionary<string, string> s_rules = new()
    {
        ["Ａ"] = "A",
        ["ﬁ"] = "fi",
        ["e\u0301"] = "é",
        ["e\u0301\u0323"] = "ẹ\u0301",
        ["\t"] = " ",
        ["\u00AD"] = "",
        ["abc"] = "x",
        ["ab"] = "y",
        ["㌀"] = "アパート",
    };

    [Test]
    public void FindsTheLongestKey([Values] bool wide)
    {
        var map = CharacterMapReader.Read(CharacterMapBuilder.Build(s_rules, wide));
        foreach (var (key, replacement) in s_rules)
            Assert.That(Replace(map, key + "!"), Is.EqualTo((replacement, Encoding.UTF8.GetByteCount(key))), key);
        Assert.That(Replace(map, "abd"), Is.EqualTo(("y", 2)));
        Assert.That(Replace(map, "e\u0302"), Is.EqualTo(("", 0)));
        Assert.That(Replace(map, "B"), Is.EqualTo(("", 0)));
        Assert.That(Replace(map, ""), Is.EqualTo(("", 0)));
    }

    [Test]
    public void TakesATreeOfNoRules() =>
        Assert.That(Replace(CharacterMapReader.Read([0, 0, 0, 0]), "a"), Is.EqualTo(("", 0)));

    private static IEnumerable<TestCaseData> BadMaps()
    {
        byte[] good = CharacterMapBuilder.Build(s_rules);
        yield return new TestCaseData(Array.Empty<byte>(), "0 bytes are too few").SetArgDisplayNames("empty");
        yield return new TestCaseData(good[..3], "3 bytes are too few").SetArgDisplayNames("no length");
        yield return new TestCaseData(good[..100], "does not fit").SetArgDisplayNames("cut off");
        yield return new TestCaseData(new byte[] { 6, 0, 0, 0, 1, 2, 3, 4, 5, 6 }, "does not fit").SetArgDisplayNames("half a unit");
        yield return new TestCaseData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0 }, "does not fit").SetArgDisplayNames("endless");
        yield return new TestCaseData(new byte[(1 << 22) + 1], "more than").SetArgDisplayNames("huge");
        yield return new TestCaseData(CharacterMapBuilder.Join([0, 0], [0]), "leads to unit 2").SetArgDisplayNames("out of the array");
        yield return new TestCaseData(CharacterMapBuilder.Join(Circle(), [0]), "longer than").SetArgDisplayNames("circle");
        yield return new TestCaseData(CharacterMapBuilder.Join(Fan(), [0]), "nodes").SetArgDisplayNames("fan");
        yield return new TestCaseData(good[..^1], "does not end").SetArgDisplayNames("no last zero");
        yield return new TestCaseData(CharacterMapBuilder.Build(new() { ["a"] = new string('x', 129) }), "does not end").SetArgDisplayNames("long replacement");
        yield return new TestCaseData(CharacterMapBuilder.Build(new() { [new string('a', 300)] = "x" }), "longer than").SetArgDisplayNames("long key");
        yield return new TestCaseData(CharacterMapBuilder.Build(new() { ["a"] = "b" })[..^2], "begins at 0, but all take 0").SetArgDisplayNames("no replacements");
    }

    [TestCaseSource(nameof(BadMaps))]
    public void RefusesABadMap(byte[] map, string reason) =>
        Assert.That(() => CharacterMapReader.Read(map), Throws.TypeOf<FormatException>().With.Message.Contains(reason));

    [Test]
    public void SurvivesEveryMutant()
    {
        byte[] good = CharacterMapBuilder.Build(s_rules);
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(s_rules.Keys) + "abcdef");
        var random = new Random(3);
        int refused = 0;
        for (int round = 0; round < 2000; round++)
        {
            byte[] mutant = [.. good];
            for (int i = random.Next(1, 8); i > 0; i--)
                mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
            try
            {
                var map = CharacterMapReader.Read(mutant);
                for (int start = 0; start < text.Length; start++)
                    Assert.That(map.Replace(text.AsSpan(start), out int length).Length, Is.LessThanOrEqualTo(128), () => $"seed 3, round {round}, {length}");
            }
            catch (FormatException)
            {
                refused++;
            }
        }
        Assert.That(refused, Is.InRange(1, 1999));
    }

    // From the root "a" leads to a node whose base is the root's, so that "aa", "aaa" and so on are nodes too.
    private static uint[] Circle()
    {
        var units = new uint[256];
        Array.Fill(units, 1u << 31);
        units[0] = 0;
        units['a'] = (uint)'a' << 10 | 'a';
        return units;
    }

    // Each of the nodes of ten levels has all children, shared by the whole level.
    private static uint[] Fan()
    {
        const int Levels = 10;
        var units = new uint[256 * (Levels + 1)];
        for (int i = 0; i < units.Length; i++)
        {
            int level = i >> 8;
            uint distance = (uint)(i ^ ((level + 1) << 8));
            units[i] = level == Levels ? 1u << 31 : distance << 10 | (level == 0 && i == 0 ? 0 : (uint)(i & 0xFF));
        }
        return units;
    }

    private static (string Replacement, int Length) Replace(CharacterMap map, string text)
    {
        string replacement = Encoding.UTF8.GetString(map.Replace(Encoding.UTF8.GetBytes(text), out int length));
        return (replacement, length);
    }
}
