namespace LlamaInterop.Tokenization;

/// <summary>A part of the input: text that is still to be encoded, or a special token that was found in it.</summary>
/// <param name="Start">Where it begins, in bytes.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Token">The token, or -1 for text.</param>
internal readonly record struct Fragment(int Start, int Length, int Token = SpecialTokens.None)
{
    public bool IsToken => Token != SpecialTokens.None;

    public int End => Start + Length;
}
