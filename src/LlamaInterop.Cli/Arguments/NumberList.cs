using System.Globalization;

namespace LlamaInterop.Cli.Arguments;

/// <summary>Numbers with commas between them.</summary>
internal static class NumberList
{
    /// <summary>What the help says of a flag that may be repeated.</summary>
    public const string Repeated = "; more follow after a comma or by repeating the flag";

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

    /// <summary>The numbers of a flag that may be repeated.</summary>
    /// <param name="flag">The flag, for the error.</param>
    /// <param name="texts">What was typed, each time.</param>
    /// <param name="fallback">Stands for nothing typed.</param>
    /// <param name="lowest">That a number may be.</param>
    /// <param name="highest">That a number may be.</param>
    /// <exception cref="UsageException">A part is no number, or one out of range.</exception>
    public static int[] Read(string flag, IEnumerable<string> texts, string fallback, int lowest, int highest) =>
        [.. texts.DefaultIfEmpty(fallback).SelectMany(text => Read(flag, text, lowest, highest))];
}
