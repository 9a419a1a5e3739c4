namespace LlamaInterop.Import.Tokenizers;

/// <summary>Reads the model of a <c>tokenizer.json</c> whose type is <c>Unigram</c>: T5, XLM-RoBERTa.</summary>
internal static class UnigramModel
{
    /// <inheritdoc cref="HuggingFaceTokenizer.Read"/>
    public static VocabularyDraft Read(JsonValue model, TextSteps steps, ICollection<string> warnings)
    {
        var draft = new VocabularyDraft(model.Path, "t5") { HasScores = true };
        int unknown = model.Find("unk_id")?.Integer(0, VocabularyDraft.MaxTokens - 1) ?? -1;
        foreach (var piece in model.Get("vocab").Items)
        {
            JsonValue[] pair = [.. piece.Items.Take(3)];
            if (pair.Length != 2)
                throw piece.Refuse(ImportCheck.Json, $"{piece.Place} is not a text and its score");
            draft.Add(pair[0].Text, draft.Count == unknown ? TokenType.Unknown : TokenType.Normal, pair[1].Number);
        }
        if (draft.Count == 0)
            throw model.Refuse(ImportCheck.Token, "model.vocab is empty");
        if (unknown >= draft.Count)
            throw model.Refuse(ImportCheck.Token, $"model.unk_id is {unknown}, but there are {draft.Count} tokens");
        if (TextSteps.IsTrue(model, "byte_fallback"))
            warnings.Add("model.byte_fallback: GGUF's unigram model has none; what no token writes becomes the unknown token");
        if (unknown >= 0)
            draft.Roles["unk"] = unknown;
        ReadSpaces(steps, draft);
        ReadNormalizers(steps, draft, warnings);
        return draft;
    }

    private static void ReadSpaces(TextSteps steps, VocabularyDraft draft)
    {
        bool adds = false;
        foreach (var step in steps.PreTokenizers)
        {
            string type = TextSteps.TypeOf(step);
            if (type == "Metaspace")
                adds = Metaspace.AddsSpace(step);
            else if (type == "WhitespaceSplit")
                draft.Switches["remove_extra_whitespaces"] = true;
            else
                throw step.Refuse(ImportCheck.TokenizerKind, $"pre-tokenizer {type} of a unigram model has no counterpart in GGUF");
        }
        draft.Switches["add_space_prefix"] = adds;
        draft.Switches.TryAdd("remove_extra_whitespaces", false);
    }

    private static void ReadNormalizers(TextSteps steps, VocabularyDraft draft, ICollection<string> warnings)
    {
        foreach (var step in steps.Normalizers)
        {
            string type = TextSteps.TypeOf(step);
            if (type == "Precompiled")
                draft.CharacterMap = ReadMap(step);
            else if (type == "Replace" && TextSteps.PatternOf(step) == " {2,}")
                draft.Switches["remove_extra_whitespaces"] = true;
            else if (type != "Strip")
                warnings.Add($"normalizer {type} has no counterpart in GGUF's unigram model: text that it changes may give other tokens");
        }
    }

    private static byte[]? ReadMap(JsonValue step)
    {
        if (step.Find("precompiled_charsmap") is not { } map)
            return null;
        var bytes = new byte[map.Text.Length];
        return Convert.TryFromBase64String(map.Text, bytes, out int length)
            ? bytes[..length]
            : throw map.Refuse(ImportCheck.CharacterMap, $"{map.Place} is not base64");
    }
}
