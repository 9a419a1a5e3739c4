namespace LlamaInterop.Import.Tokenizers;

/// <summary>Reads GPT-2's <c>vocab.json</c>, an object of texts and ids, and the <c>merges.txt</c> beside it, a merge a line.</summary>
internal static class Gpt2Files
{
    private const long MaxBytes = 256 << 20;

    public static VocabularyDraft Read(JsonValue vocabulary, SideFiles side, ICollection<string> warnings)
    {
        string path = Path.Combine(side.Directory, "merges.txt");
        var draft = new VocabularyDraft(vocabulary.Path, "gpt2") { PreTokenizer = NameOf(side, warnings), Merges = ReadMerges(path) };
        foreach (var (text, id) in vocabulary.Members)
            draft.Set(id.Integer(0, VocabularyDraft.MaxTokens - 1), text, TokenType.Normal);
        if (side.Json("added_tokens.json") is { } added)
            AddedTokens.ReadIds(added, draft);
        if (side.TokenizerConfig is { } config)
            AddedTokens.ReadDecoder(config, draft);
        return draft;
    }

    private static List<string> ReadMerges(string path)
    {
        string[] lines = TokenizerFile.ReadLines(path, MaxBytes);
        int first = lines.Length > 0 && lines[0].StartsWith("#version", StringComparison.Ordinal) ? 1 : 0;
        var merges = new List<string>(lines.Length);
        for (int i = first; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
                continue;
            merges.Add(MergeList.IsPair(lines[i])
                ? lines[i]
                : throw new ImportException(ImportCheck.Merge, path, $"line {i + 1} is not two texts with a space between"));
        }
        return merges;
    }

    // The files do not say how text is cut; the class that reads them does.
    private static string NameOf(SideFiles side, ICollection<string> warnings)
    {
        string? reader = side.TokenizerConfig?.Find("tokenizer_class")?.Text;
        switch (reader?.Replace("Fast", "", StringComparison.Ordinal))
        {
            case null or "GPT2Tokenizer":
                return "gpt-2";
            case "RobertaTokenizer":
                return "roberta-bpe";
            case "Qwen2Tokenizer":
                return "qwen2";
            default:
                warnings.Add($"tokenizer_config.json: how {reader} cuts text is not known; 'gpt-2' is written, which may give other tokens");
                return "gpt-2";
        }
    }
}
