namespace LlamaInterop.Tokenization;

/// <summary>One element of <c>tokenizer.ggml.merges</c>: two texts with a space between.</summary>
internal static class MergeText
{
    /// <summary>Splits at the first space that is not the first byte; false where either text would be empty.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> merge, out ReadOnlySpan<byte> left, out ReadOnlySpan<byte> right)
    {
        int space = merge.Length < 3 ? -1 : merge[1..].IndexOf((byte)' ') + 1;
        if (space <= 0 || space == merge.Length - 1)
        {
            left = right = default;
            return false;
        }
        left = merge[..space];
        right = merge[(space + 1)..];
        return true;
    }
}
