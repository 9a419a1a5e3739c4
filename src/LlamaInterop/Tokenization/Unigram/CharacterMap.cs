namespace LlamaInterop.Tokenization;

/// <summary>
/// What SentencePiece rewrites before it looks for tokens, mostly by Unicode's compatibility forms: full-width letters become plain ones.
/// </summary>
internal sealed class CharacterMap
{
    private readonly TokenTrie _keys;
    private readonly byte[] _replacements;

    /// <param name="keys">The texts that are rewritten; a "token" is where in <paramref name="replacements"/> its replacement begins.</param>
    /// <param name="replacements">The replacements, each with a zero byte behind it.</param>
    public CharacterMap(TokenTrie keys, byte[] replacements)
    {
        _keys = keys;
        _replacements = replacements;
    }

    /// <summary>Finds the longest text that is rewritten at the beginning of <paramref name="text"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">How many of its bytes are rewritten; 0 if none are.</param>
    /// <returns>What they become.</returns>
    public ReadOnlySpan<byte> Replace(ReadOnlySpan<byte> text, out int length)
    {
        int start = _keys.LongestPrefix(text, out length);
        if (start < 0)
            return [];
        var rest = _replacements.AsSpan(start);
        return rest[..rest.IndexOf((byte)0)];
    }
}
