using System.Globalization;
using System.Text.RegularExpressions;

namespace LlamaInterop.Tools;

/// <summary>The layer in a tensor's name: 7 in <c>blk.7.ffn_up.weight</c>.</summary>
internal static partial class LayerName
{
    /// <summary>The layer that a name begins with, or null.</summary>
    public static int? Of(string name) => AtStart().Match(name) is { Success: true } match ? Number(match) : null;

    /// <summary>The layer that stands anywhere in a name, or null.</summary>
    public static int? In(string name) => Anywhere().Match(name) is { Success: true } match ? Number(match) : null;

    /// <summary>A name with another layer in the place of its own.</summary>
    public static string Replace(string name, int layer) =>
        Anywhere().Replace(name, string.Create(CultureInfo.InvariantCulture, $"blk.{layer}."), 1);

    private static int? Number(Match match) =>
        int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int layer) ? layer : null;

    [GeneratedRegex(@"^blk\.([0-9]+)\.", RegexOptions.CultureInvariant)]
    private static partial Regex AtStart();

    [GeneratedRegex(@"blk\.([0-9]+)\.", RegexOptions.CultureInvariant)]
    private static partial Regex Anywhere();
}
