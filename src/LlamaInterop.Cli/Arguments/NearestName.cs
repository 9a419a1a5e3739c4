namespace LlamaInterop.Cli.Arguments;

/// <summary>Guesses what a mistyped name was meant to be.</summary>
internal static class NearestName
{
    /// <summary><c>; did you mean NAME?</c>, or nothing when no name is near.</summary>
    public static string Hint(string typed, IEnumerable<string> names)
    {
        var (name, distance) = names
            .Select(candidate => (Name: candidate, Distance: Distance(typed, candidate)))
            .DefaultIfEmpty((Name: "", Distance: int.MaxValue))
            .MinBy(pair => pair.Distance);
        return distance <= Math.Max(1, typed.Length / 4) ? $"; did you mean {name}?" : "";
    }

    /// <summary>The fewest letters inserted, deleted or replaced that turn one text into the other (Levenshtein 1966).</summary>
    private static int Distance(string from, string to)
    {
        var previous = Enumerable.Range(0, to.Length + 1).ToArray();
        foreach (char letter in from)
        {
            var current = new int[to.Length + 1];
            current[0] = previous[0] + 1;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = previous[j - 1] + (letter == to[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[^1];
    }
}
