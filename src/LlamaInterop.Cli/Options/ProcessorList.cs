using System.Globalization;

namespace LlamaInterop.Cli.Options;

/// <summary>Numbers of processors as <c>--cpu-mask</c> and <c>--cpu-range</c> give them.</summary>
internal static class ProcessorList
{
    private const int Most = 1024;

    /// <summary>The processors that either names, rising; none where neither is given.</summary>
    /// <exception cref="UsageException">A mask is no hexadecimal number or has no bit, a range is not LO-HI, or a number is beyond what a machine has.</exception>
    public static IReadOnlyList<int> Read(string? mask, string? range)
    {
        if (mask is null && range is null)
            return [];
        SortedSet<int> numbers = [];
        if (mask is not null)
            numbers.UnionWith(ReadMask(mask));
        if (range is not null)
            numbers.UnionWith(ReadRange(range));
        return [.. numbers];
    }

    private static List<int> ReadMask(string text)
    {
        string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        if (digits.Length == 0 || !digits.All(char.IsAsciiHexDigit))
            throw new UsageException($"--cpu-mask: '{text}' is not a hexadecimal number");
        List<int> numbers = [];
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = Convert.ToInt32(digits[^(i + 1)].ToString(), 16);
            numbers.AddRange(Enumerable.Range(0, 4).Where(bit => (digit >> bit & 1) != 0).Select(bit => (4 * i) + bit));
        }
        if (numbers.Count == 0)
            throw new UsageException($"--cpu-mask: '{text}' has no bit set: threads could run nowhere");
        return numbers[^1] < Most ? numbers : throw new UsageException($"--cpu-mask: processor {numbers[^1]} is beyond {Most - 1}");
    }

    private static IEnumerable<int> ReadRange(string text)
    {
        if (text.Split('-') is not [string low, string high] || !IsNumber(low, out int first) || !IsNumber(high, out int last) || last < first)
            throw new UsageException($"--cpu-range: '{text}' is not of the form LO-HI");
        return last < Most ? Enumerable.Range(first, last - first + 1) : throw new UsageException($"--cpu-range: processor {last} is beyond {Most - 1}");
    }

    private static bool IsNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
