namespace LlamaInterop.Import.Tokenizers;

/// <summary>Reads Hugging Face's <c>tokenizer.json</c>: byte-pair encoding of bytes or characters, unigram and WordPiece.</summary>
/// <remarks>The format is that of the tokenizers library, version 1.0.</remarks>
internal static class HuggingFaceTokenizer
{
    /// <param name="root">The file.</param>
    /// <param name="cleansSpaces">What <c>tokenizer_config.json</c> says of <c>clean_up_tokenization_spaces</c>.</param>
    /// <param name="warnings">What GGUF cannot say of it.</param>
    /// <exception cref="ImportException">The file is malformed, or its tokenizer cannot be put into GGUF.</exception>
    public static VocabularyDraft Read(JsonValue root, bool? cleansSpaces, ICollection<string> warnings)
    {
        var model = root.Get("model");
        var steps = TextSteps.Read(root);
        var draft = KindOf(model) switch
        {
            "BPE" => BytePairModel.Read(model, steps, cleansSpaces, warnings),
            "Unigram" => UnigramModel.Read(model, steps, warnings),
            "WordPiece" => WordPieceModel.Read(model, steps, warnings),
            var kind => throw model.Refuse(ImportCheck.TokenizerKind, $"model.type is '{kind}'; BPE, Unigram and WordPiece are imported"),
        };
        AddedTokens.Read(root, draft, warnings);
        PostProcessor.Read(root, draft);
        if (draft.Model == "gpt2")
            draft.ExactKeys.Add(Tokenization.ExactKeys.ExactTypes);
        return draft;
    }

    // Files of older versions do not name the model.
    private static string KindOf(JsonValue model) => model.Find("type")?.Text
        ?? (model.Find("merges") is not null ? "BPE" : model.Find("unk_id") is not null ? "Unigram" : "WordPiece");
}
