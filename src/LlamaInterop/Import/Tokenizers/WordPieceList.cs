namespace LlamaInterop.Import.Tokenizers;

/// <summary>Reads BERT's <c>vocab.txt</c>: a token a line, the line's number its id.</summary>
internal static class WordPieceList
{
    private const long MaxBytes = 64 << 20;

    private static readonly (string Role, string Text)[] Special =
        [("pad", "[PAD]"), ("unk", "[UNK]"), ("bos", "[CLS]"), ("sep", "[SEP]"), ("eos", "[SEP]"), ("mask", "[MASK]")];

    public static VocabularyDraft Read(string path, SideFiles side)
    {
        var draft = new VocabularyDraft(path, "bert");
        foreach (string line in TokenizerFile.ReadLines(path, MaxBytes))
        {
            if (draft.Count == VocabularyDraft.MaxTokens)
                throw draft.Refuse(ImportCheck.Limit, $"has more than {VocabularyDraft.MaxTokens} lines");
            bool isSpecial = Array.Exists(Special, special => special.Text == line);
            draft.Add(isSpecial ? line : WordPieceModel.Marked(line), isSpecial ? TokenType.Control : TokenType.Normal);
        }
        foreach (var (role, text) in Special)
        {
            if (draft.Find(text) is >= 0 and int id)
                draft.Roles[role] = id;
        }
        if (side.TokenizerConfig is { } config)
        {
            draft.Switches["normalizer.lowercase"] = TextSteps.IsTrue(config, "do_lower_case", absent: true);
            if (config.Find("strip_accents") is { } strips)
                draft.Switches["normalizer.strip_accents"] = strips.Truth;
        }
        return draft;
    }
}
