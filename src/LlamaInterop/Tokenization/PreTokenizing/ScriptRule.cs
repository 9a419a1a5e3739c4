namespace LlamaInterop.Tokenization;

/// <summary>Cuts out runs of characters of one script, each script for itself: <c>[가-힣]+|[ㄅ-ㄯ]+|[一-龥]+</c>.</summary>
/// <param name="scripts">The scripts, which have no character in common.</param>
internal sealed class ScriptRule(params ScriptRanges[] scripts) : WordRule
{
    public override int PieceEnd(ReadOnlySpan<int> text, int start)
    {
        int script = ScriptOf(text[start]);
        int end = start + 1;
        while (end < text.Length && ScriptOf(text[end]) == script)
            end++;
        return end;
    }

    private int ScriptOf(int codePoint) => Array.FindIndex(scripts, script => script.Contains(codePoint));
}
