namespace LlamaInterop.Cli.Arguments;

/// <summary>Guesses what a mistyped name was meant to be.</summary>
internal static class NearestName
{
    /// <summary><c>; did you mean NAME?</c>, or nothing when no name is near. One-letter flags are near to everything, so they are not offered.</summary>
    public static string Hint(string typed, IEnumerable<string> names)
    {
        var candidates = names.Where(name => name.TrimStart('-').Length > 1).Select(name => (Name: name, Distance: Distance(typed, name)));
        var (nearest, distance) = candidates.DefaultIfEmpty((Name: "", Distance: int.MaxValue)).MinBy(pair => pair.Distance);
        return distance <= Math.Max(1, typed.TrimStart('-').Length / 3) ? $"; did you mean {nearest}?" : "";
    }

    /// <summary>The fewest letters inserted, deleted, replaced or swapped that turn one text into the other (optimal string alignment).</summary>
    private static int Distance(string from, string to)
    {
        var table = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
                table[i, j] = Math.Min(i, j) == 0 ? Math.Max(i, j) : Step(table, from, to, i, j);
        }
        return table[from.Length, to.Length];
    }

    private static int Step(int[,] table, string from, string to, int i, int j)
    {
        int replaced = table[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
        int best = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
        bool isSwap = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
        return isSwap ? Math.Min(best, table[i - 2, j - 2] + 1) : best;
    }
}
