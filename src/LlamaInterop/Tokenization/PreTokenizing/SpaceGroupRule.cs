namespace LlamaInterop.Tokenization;

/// <summary>
/// Cuts white space into powers of two, as Jais 2 has it in place of <c>\s+(?!\S)|\s+</c>:
/// <c>\s{512}(?!\S)|\s{256}(?!\S)|...|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1}</c>.
/// </summary>
/// <remarks>Goes behind the rule of Llama 3, whose pieces of white space either end in a line break, and are whole, or hold none.</remarks>
internal sealed class SpaceGroupRule : WordRule
{
    private const int LongestGroup = 512;

    public override int PieceEnd(ReadOnlySpan<int> text, int start)
    {
        bool isSpace = CharacterClasses.IsWhiteSpace(text[start]) && CharacterClasses.IsWhiteSpace(text[^1]) && text[^1] is not ('\r' or '\n');
        if (!isSpace)
            return text.Length;
        int length = Math.Min(text.Length - start, LongestGroup);
        return start + (1 << System.Numerics.BitOperations.Log2((uint)length));
    }
}
