using System.Globalization;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Tokens that were added to a vocabulary: those that steer the model become control tokens, others text that is always one token.</summary>
internal static class AddedTokens
{
    private const float Score = -1000;

    /// <summary>Reads <c>added_tokens</c> of a <c>tokenizer.json</c>, an array.</summary>
    public static void Read(JsonValue root, VocabularyDraft draft, ICollection<string> warnings)
    {
        if (root.Find("added_tokens") is not { } tokens)
            return;
        int strips = 0;
        foreach (var token in tokens.Items)
        {
            int id = token.Get("id").Integer(0, VocabularyDraft.MaxTokens - 1);
            Apply(draft, id, token);
            strips += TextSteps.IsTrue(token, "lstrip") || TextSteps.IsTrue(token, "rstrip") ? 1 : 0;
        }
        if (strips > 0)
            warnings.Add($"added_tokens: {strips} swallow the white space beside them (lstrip, rstrip), which GGUF does not say");
    }

    /// <summary>Reads <c>added_tokens_decoder</c> of a <c>tokenizer_config.json</c>, an object whose keys are ids.</summary>
    public static void ReadDecoder(JsonValue config, VocabularyDraft draft)
    {
        if (config.Find("added_tokens_decoder") is not { } tokens)
            return;
        foreach (var (key, token) in tokens.Members)
        {
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int id) || id >= VocabularyDraft.MaxTokens)
                throw token.Refuse(ImportCheck.Token, $"{token.Place}: '{key}' is no id from 0 to {VocabularyDraft.MaxTokens - 1}");
            Apply(draft, id, token);
        }
    }

    /// <summary>Reads an <c>added_tokens.json</c>, an object of texts and ids.</summary>
    public static void ReadIds(JsonValue root, VocabularyDraft draft)
    {
        foreach (var (text, id) in root.Members)
        {
            int number = id.Integer(0, VocabularyDraft.MaxTokens - 1);
            draft.Set(number, text, LooksSpecial(text) ? TokenType.Control : TokenType.UserDefined, Score);
        }
    }

    private static void Apply(VocabularyDraft draft, int id, JsonValue token)
    {
        string text = token.Get("content").Text;
        float score = id < draft.Count && draft[id].Text == text ? draft[id].Score : Score;
        if (TextSteps.IsTrue(token, "special") || LooksSpecial(text))
            draft.Set(id, text, id < draft.Count && draft[id].Type == TokenType.Unknown ? TokenType.Unknown : TokenType.Control, score);
        else
            draft.Set(id, draft.EscapesSpaces ? text.Replace('\u2581', ' ') : text, TokenType.UserDefined, score);
    }

    // Some models mark tokens as plain text that are none: Command R, DeepSeek Coder, Gemma. llama.cpp tells them so.
    private static bool LooksSpecial(string text) =>
        text is "<pad>" or "<mask>" or "<2mass>" or "[@BOS@]"
        || IsBetween(text, "<|", "|>") || IsBetween(text, "<｜", "｜>") || IsBetween(text, "<unused", ">");

    private static bool IsBetween(string text, string start, string end) =>
        text.StartsWith(start, StringComparison.Ordinal) && text.EndsWith(end, StringComparison.Ordinal);
}
