using LlamaInterop.Gguf;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Writes a vocabulary under the keys of GGUF, in the order in which llama.cpp's converter does.</summary>
internal static class VocabularyWriter
{
    private const string Prefix = "tokenizer.ggml.";
    private const float UnusedScore = -10000;

    /// <param name="draft">The vocabulary.</param>
    /// <param name="size">How many tokens to write, unused ones filling up; 0 for as many as there are.</param>
    /// <param name="writer">Where the keys go.</param>
    /// <exception cref="ImportException">The vocabulary has more tokens than <paramref name="size"/>, and they are in use.</exception>
    public static void Write(VocabularyDraft draft, int size, GgufWriter writer)
    {
        int count = size == 0 ? draft.Count : size;
        var tokens = Enumerable.Range(0, count).Select(id => Token(draft, id)).ToArray();
        writer.Set(Prefix + "model", GgufValue.From(draft.Model));
        writer.Set(Prefix + "pre", GgufValue.From(draft.PreTokenizer));
        writer.Set(Prefix + "tokens", GgufValue.FromArray(tokens.Select(token => token.Text!)));
        if (draft.HasScores)
            writer.Set(Prefix + "scores", GgufValue.FromArray(tokens.Select(token => token.Score).ToArray()));
        writer.Set(Prefix + "token_type", GgufValue.FromArray(tokens.Select(token => (int)token.Type).ToArray()));
        if (draft.Merges is { } merges)
            writer.Set(Prefix + "merges", GgufValue.FromArray(merges));
        foreach (var (role, id) in draft.Roles)
            writer.Set($"{Prefix}{KeyOf(role)}_token_id", GgufValue.From((uint)id));
        foreach (var (name, value) in draft.Switches)
            writer.Set(Prefix + name, GgufValue.From(value));
        foreach (string key in draft.ExactKeys)
            writer.Set(key, GgufValue.From(true));
        if (draft.CharacterMap is { Length: > 0 } map)
            writer.Set(Prefix + "precompiled_charsmap", GgufValue.FromArray(map));
    }

    private static DraftToken Token(VocabularyDraft draft, int id) => id < draft.Count && draft[id].Text is not null
        ? draft[id]
        : new($"[PAD{id}]", TokenType.Unused, UnusedScore);

    // "seperator" is how the key is spelled.
    private static string KeyOf(string role) => role switch
    {
        "unk" => "unknown",
        "sep" => "seperator",
        "pad" => "padding",
        _ => role,
    };
}
