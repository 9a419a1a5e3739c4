using System.Globalization;

namespace LlamaInterop.Tools;

/// <summary>The layer in a tensor's name: 7 in <c>blk.7.ffn_up.weight</c>.</summary>
internal static class LayerName
{
    private const string Prefix = "blk.";

    /// <summary>The layer that a name begins with, or null.</summary>
    public static int? Of(string name) => DigitsAt(name, 0) is { IsEmpty: false } digits ? Number(digits) : null;

    /// <summary>The layer that stands anywhere in a name, or null.</summary>
    public static int? In(string name) => Find(name) is var start and >= 0 ? Number(DigitsAt(name, start)) : null;

    /// <summary>A name with another layer in the place of its own.</summary>
    public static string Replace(string name, int layer)
    {
        int start = Find(name);
        return start < 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name.AsSpan(0, start)}{Prefix}{layer}{name.AsSpan(start + Prefix.Length + DigitsAt(name, start).Length)}");
    }

    /// <summary>Where the first prefix stands that digits and a point follow, or -1.</summary>
    private static int Find(string name)
    {
        int start = name.IndexOf(Prefix, StringComparison.Ordinal);
        while (start >= 0 && DigitsAt(name, start).IsEmpty)
            start = name.IndexOf(Prefix, start + 1, StringComparison.Ordinal);
        return start;
    }

    /// <summary>The digits between a prefix at <paramref name="start"/> and a point; none where that is not what stands there.</summary>
    private static ReadOnlySpan<char> DigitsAt(string name, int start)
    {
        ReadOnlySpan<char> rest = name.AsSpan(start);
        if (!rest.StartsWith(Prefix, StringComparison.Ordinal))
            return [];
        rest = rest[Prefix.Length..];
        int count = rest.IndexOfAnyExceptInRange('0', '9');
        return count >= 0 && rest[count] == '.' ? rest[..count] : [];
    }

    private static int? Number(ReadOnlySpan<char> digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int layer) ? layer : null;
}
