using System.Globalization;

namespace LlamaInterop.Cli.Text;

/// <summary>Sizes as llama.cpp's tools take them: a number with M or G behind it, of 10^6 or 10^9 bytes.</summary>
internal static class DecimalSize
{
    /// <param name="flag">The flag, for the error.</param>
    /// <param name="text">What was typed.</param>
    /// <exception cref="UsageException">It is no such size, or 0.</exception>
    public static long Parse(string flag, string text)
    {
        long unit = text.EndsWith('M') ? 1_000_000 : text.EndsWith('G') ? 1_000_000_000 : 0;
        bool isRead = long.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out long count);
        return isRead && unit > 0 && count > 0 && count <= long.MaxValue / unit ? count * unit
            : throw new UsageException($"{flag}: '{text}' is not a number above 0 with M or G behind it");
    }
}
