using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlamaInterop.Tests.Import.Tokenizers;

/// <summary>Makes damaged tokenizer files from whole ones. A mutant is named by seed and number alone, so any one can be made again.</summary>
internal sealed class TokenizerMutator(int seed)
{
    private static readonly string[] s_hostile =
    [
        "null", "true", "[]", "{}", "\"\"", "\" \"", "\"BPE\"", "\"Unigram\"", "\"Sequence\"", "\"Metaspace\"", "\"\\uD800\"", "\"\\u2581\"", "0", "1", "-1",
        "3", "1e99", "0.5", "2147483647", "2097151", "99999999999999999999", "[[\"a\", 1]]", "[\"a b\", \"a\"]", "{\"a\": 0}", "[[\"\", \"\"]]",
    ];

    private readonly JsonObject[] _originals =
        [TinyTokenizerFiles.BytePairs(), TinyTokenizerFiles.Characters(), TinyTokenizerFiles.Unigram(), TinyTokenizerFiles.WordPieces()];

    /// <summary>The bytes of a <c>tokenizer.json</c>, and what was done to them.</summary>
    public (byte[] Bytes, string Damage) Json(int number)
    {
        var random = new Random(unchecked(seed * 1_000_003 + number));
        var root = _originals[random.Next(_originals.Length)].DeepClone().AsObject();
        if (random.Next(4) == 0)
            return Bytes(JsonSerializer.SerializeToUtf8Bytes(root), random);
        var damages = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Edit(root, random)).ToArray();
        return (JsonSerializer.SerializeToUtf8Bytes(root), string.Join("; ", damages));
    }

    /// <summary>The bytes of a file of any format with some flipped, or cut off.</summary>
    public (byte[] Bytes, string Damage) Raw(byte[] original, int number) => Bytes([.. original], new Random(unchecked(seed * 1_000_003 + number)));

    private static (byte[], string) Bytes(byte[] bytes, Random random)
    {
        if (random.Next(4) == 0)
        {
            int length = random.Next(bytes.Length + 1);
            return (bytes[..length], $"cut to {length} bytes");
        }
        int count = random.Next(1, 5);
        for (int i = 0; i < count; i++)
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return (bytes, $"{count} bits flipped");
    }

    private static string Edit(JsonObject root, Random random)
    {
        var all = Descendants(root).ToArray();
        var (parent, key) = all[random.Next(all.Length)];
        string hostile = s_hostile[random.Next(s_hostile.Length)];
        switch (random.Next(4))
        {
            case 0:
                Remove(parent, key);
                return $"{key} removed";
            case 1 when random.Next(8) == 0:
                Put(parent, key, JsonValue.Create(new string('a', random.Next(1, 3000))));
                return $"{key} a long text";
            case 1:
                var (source, name) = all[random.Next(all.Length)];
                Put(parent, key, (source is JsonObject o ? o[name] : source.AsArray()[int.Parse(name)])?.DeepClone());
                return $"{name} copied to {key}";
            default:
                // Half of a surrogate pair cannot be a node; a text without meaning stands in for it.
                Put(parent, key, hostile.Contains("uD800", StringComparison.Ordinal) ? JsonValue.Create("\uFFFD") : JsonNode.Parse(hostile));
                return $"{key} = {hostile}";
        }
    }

    private static IEnumerable<(JsonNode Parent, string Key)> Descendants(JsonNode node)
    {
        IEnumerable<(string Key, JsonNode? Value)> children = node switch
        {
            JsonObject members => members.Select(member => (member.Key, member.Value)),
            JsonArray items => items.Select((item, index) => (index.ToString(), item)),
            _ => [],
        };
        foreach (var (key, value) in children)
        {
            yield return (node, key);
            foreach (var below in value is null ? [] : Descendants(value))
                yield return below;
        }
    }

    private static void Put(JsonNode parent, string key, JsonNode? value)
    {
        if (parent is JsonObject members)
            members[key] = value;
        else
            parent.AsArray()[int.Parse(key)] = value;
    }

    private static void Remove(JsonNode parent, string key)
    {
        if (parent is JsonObject members)
            members.Remove(key);
        else
            parent.AsArray().RemoveAt(int.Parse(key));
    }
}
