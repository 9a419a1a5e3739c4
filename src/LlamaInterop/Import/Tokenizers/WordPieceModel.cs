namespace LlamaInterop.Import.Tokenizers;

/// <summary>Reads the model of a <c>tokenizer.json</c> whose type is <c>WordPiece</c>: BERT.</summary>
/// <remarks>In GGUF a token that begins a word has U+2581 before it, and one that goes on has no mark.</remarks>
internal static class WordPieceModel
{
    private const string Continuation = "##";

    /// <inheritdoc cref="HuggingFaceTokenizer.Read"/>
    public static VocabularyDraft Read(JsonValue model, TextSteps steps, ICollection<string> warnings)
    {
        if (model.Find("continuing_subword_prefix")?.Text is { } mark and not Continuation)
            throw model.Refuse(ImportCheck.TokenizerKind, $"model.continuing_subword_prefix is '{mark}', not '{Continuation}'");
        var draft = new VocabularyDraft(model.Path, "bert");
        BytePairModel.ReadTokens(model, draft, model.Find("unk_token")?.Text, bytes: false);
        Mark(draft);
        foreach (var step in steps.Normalizers)
            ReadNormalizer(step, draft, warnings);
        foreach (var step in steps.PreTokenizers)
        {
            if (TextSteps.TypeOf(step) is var type and not ("BertPreTokenizer" or "Whitespace"))
                throw step.Refuse(ImportCheck.TokenizerKind, $"pre-tokenizer {type} of a WordPiece model has no counterpart in GGUF");
        }
        return draft;
    }

    /// <summary>Writes the tokens of a list as GGUF does; the unknown token is a control token, which keeps its text.</summary>
    public static void Mark(VocabularyDraft draft)
    {
        for (int id = 0; id < draft.Count; id++)
        {
            if (draft[id] is { Text: { } text, Type: TokenType.Normal })
                draft.Set(id, Marked(text), TokenType.Normal);
            else if (draft[id].Type == TokenType.Unknown)
                draft.Retype(id, TokenType.Control);
        }
    }

    /// <summary>How GGUF writes a token that is no control token.</summary>
    public static string Marked(string text) => text.StartsWith(Continuation, StringComparison.Ordinal) && text.Length > Continuation.Length
        ? text[Continuation.Length..]
        : "\u2581" + text;

    private static void ReadNormalizer(JsonValue step, VocabularyDraft draft, ICollection<string> warnings)
    {
        switch (TextSteps.TypeOf(step))
        {
            case "BertNormalizer":
                draft.Switches["normalizer.lowercase"] = TextSteps.IsTrue(step, "lowercase", absent: true);
                if (step.Find("strip_accents") is { } strips)
                    draft.Switches["normalizer.strip_accents"] = strips.Truth;
                break;
            case "Lowercase":
                draft.Switches["normalizer.lowercase"] = true;
                break;
            case "StripAccents":
                draft.Switches["normalizer.strip_accents"] = true;
                break;
            case var type:
                warnings.Add($"normalizer {type} has no counterpart in GGUF's WordPiece model: text that it changes may give other tokens");
                break;
        }
    }
}
