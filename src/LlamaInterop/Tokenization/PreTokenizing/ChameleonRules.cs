namespace LlamaInterop.Tokenization;

/// <summary>What Chameleon cuts out of text before it looks for words.</summary>
internal static class ChameleonRules
{
    /// <summary><c>&lt;sentinel:[0-9]+></c>.</summary>
    public static WordRule Sentinel { get; } = new SentinelRule();

    /// <summary><c>(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z</c>.</summary>
    public static WordRule Image { get; } = new ImageRule();

    /// <summary><c>[\t\n]</c>, four spaces or two.</summary>
    public static WordRule Indent { get; } = new IndentRule();

    private static bool StartsWith(ReadOnlySpan<int> text, int start, ReadOnlySpan<char> prefix)
    {
        if (text.Length - start < prefix.Length)
            return false;
        for (int i = 0; i < prefix.Length; i++)
        {
            if (text[start + i] != prefix[i])
                return false;
        }
        return true;
    }

    private static int RunEnd(ReadOnlySpan<int> text, int start, int max, char first, char last)
    {
        int end = start;
        while (end < text.Length && end - start < max && text[end] >= first && text[end] <= last)
            end++;
        return end;
    }

    private sealed class SentinelRule : IsolatingRule
    {
        private const string Prefix = "<sentinel:";

        protected override int MatchEnd(ReadOnlySpan<int> text, int start)
        {
            if (!StartsWith(text, start, Prefix))
                return start;
            int digits = start + Prefix.Length;
            int end = RunEnd(text, digits, int.MaxValue, '0', '9');
            return end > digits && end < text.Length && text[end] == '>' ? end + 1 : start;
        }
    }

    private sealed class ImageRule : IsolatingRule
    {
        private const string Prefix = "IMGIMG";

        protected override int MatchEnd(ReadOnlySpan<int> text, int start)
        {
            if (!StartsWith(text, start, Prefix))
                return start;
            int letters = start + Prefix.Length;
            int end = RunEnd(text, letters, 4, 'A', 'I');
            return end > letters && end < text.Length && text[end] == 'Z' ? end + 1 : start;
        }
    }

    private sealed class IndentRule : IsolatingRule
    {
        protected override int MatchEnd(ReadOnlySpan<int> text, int start)
        {
            if (text[start] is '\t' or '\n')
                return start + 1;
            int spaces = RunEnd(text, start, 4, ' ', ' ') - start;
            return start + (spaces == 4 ? 4 : spaces >= 2 ? 2 : 0);
        }
    }
}
