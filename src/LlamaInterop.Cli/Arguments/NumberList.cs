using System.Globalization;

namespace LlamaInterop.Cli.Arguments;

/// <summary>Numbers with commas between them.</summary>
internal static class NumberList
{
    /// <param name="flag">The flag, for the error.</param>
    /// <param name="text">What was typed.</param>
    /// <param name="lowest">That a number may be.</param>
    /// <param name="highest">That a number may be.</param>
    /// <exception cref="UsageException">A part is no number, or one out of range.</exception>
    public static int[] Read(string flag, string text, int lowest, int highest) =>
        [.. text.Split(',').Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= lowest && value <= highest
                ? value
                : throw new UsageException($"{flag}: '{part}' is not a number from {lowest} to {highest}"))];

    /// <inheritdoc cref="Read(string, string, int, int)"/>
    /// <param name="flag">The flag, for the error.</param>
    /// <param name="texts">What was typed, each time that the flag was.</param>
    /// <param name="lowest">That a number may be.</param>
    /// <param name="highest">That a number may be.</param>
    public static int[] Read(string flag, IEnumerable<string> texts, int lowest, int highest) =>
        [.. texts.SelectMany(text => Read(flag, text, lowest, highest))];
}
