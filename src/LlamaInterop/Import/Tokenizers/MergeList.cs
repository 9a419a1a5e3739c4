using System.Text.Json;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Reads the merges of byte-pair encoding: texts with a space between, or, in files since 2024, pairs of texts.</summary>
internal static class MergeList
{
    private const int MaxMerges = 1 << 23;

    // The space of a byte-level vocabulary; one within a text would part it.
    private const char WrittenSpace = 'Ġ';

    public static List<string> Read(JsonValue merges)
    {
        var pairs = new List<string>();
        foreach (var merge in merges.Items)
        {
            if (pairs.Count == MaxMerges)
                throw merges.Refuse(ImportCheck.Limit, $"{merges.Place} has more than {MaxMerges} elements");
            pairs.Add(merge.Kind == JsonValueKind.Array ? Join(merge) : Check(merge, merge.Text));
        }
        return pairs;
    }

    /// <summary>Both texts of a merge.</summary>
    public static (string Left, string Right) Split(string merge)
    {
        int space = merge.IndexOf(' ', 1);
        return (merge[..space], merge[(space + 1)..]);
    }

    /// <summary>Whether a text is two with a space between.</summary>
    public static bool IsPair(string merge) => merge.Length >= 3 && merge.IndexOf(' ', 1) is > 0 and int space && space < merge.Length - 1;

    private static string Join(JsonValue pair)
    {
        string[] parts = [.. pair.Items.Take(3).Select(part => part.Text.Replace(' ', WrittenSpace))];
        return Check(pair, parts.Length == 2 ? $"{parts[0]} {parts[1]}" : "");
    }

    private static string Check(JsonValue merge, string pair) => IsPair(pair)
        ? pair
        : throw merge.Refuse(ImportCheck.Merge, $"{merge.Place} is not two texts, the halves of a token");
}
