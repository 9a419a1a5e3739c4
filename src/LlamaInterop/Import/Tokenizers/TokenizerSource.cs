using System.Text.Json;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>The file, or files, that hold a model's tokens.</summary>
/// <param name="Directory">Where the other files of the tokenizer are looked for.</param>
/// <param name="File">The file's path.</param>
internal sealed record TokenizerSource(string Directory, string File)
{
    private const long MaxModelBytes = 256L << 20;

    private const string WordList = "vocab.txt";
    private const string Gpt2Vocabulary = "vocab.json";

    /// <summary>What is looked for in a directory, in this order. SentencePiece's own file says more than what was converted from it.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["tokenizer.model", "spiece.model", "tokenizer.json", "sentencepiece.bpe.model", Gpt2Vocabulary, WordList, "tokenizer.bin"];

    /// <summary>The source at a path: a file, or the first that a directory has; Meta's models have theirs one directory above.</summary>
    public static TokenizerSource? Find(string path)
    {
        if (System.IO.File.Exists(path))
            return new(Path.GetDirectoryName(Path.GetFullPath(path))!, path);
        if (!System.IO.Directory.Exists(path))
            return null;
        foreach (string name in Names)
        {
            if (System.IO.File.Exists(Path.Combine(path, name)))
                return new(path, Path.Combine(path, name));
        }
        if (System.IO.Directory.EnumerateFiles(path, "*.tiktoken").Order(StringComparer.Ordinal).FirstOrDefault() is { } ranks)
            return new(path, ranks);
        string? above = Path.GetDirectoryName(Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar));
        return above is not null && System.IO.File.Exists(Path.Combine(above, Names[0])) ? new(path, Path.Combine(above, Names[0])) : null;
    }

    /// <exception cref="ImportException">The file is malformed, or its tokenizer has no counterpart in GGUF.</exception>
    public VocabularyDraft Read(SideFiles side, ICollection<string> warnings)
    {
        if (File.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return ReadJson(side, warnings);
        if (File.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))
            return WordPieceList.Read(File, side);
        byte[] bytes = TokenizerFile.ReadAll(File, MaxModelBytes);
        if (File.EndsWith(".bin", StringComparison.OrdinalIgnoreCase))
            return LlamaCTokenizer.Read(File, bytes);
        if (TiktokenFile.IsOne(bytes))
            return TiktokenFile.Read(File, bytes, side, warnings);
        var draft = SentencePieceModel.Read(File, bytes, warnings);
        if (Path.GetFileName(File) == "sentencepiece.bpe.model")
            draft = FairseqOrder.Apply(draft);
        AddTokens(draft, side);
        return draft;
    }

    private static void AddTokens(VocabularyDraft draft, SideFiles side)
    {
        if (side.Json("added_tokens.json") is { } added)
            AddedTokens.ReadIds(added, draft);
        if (side.TokenizerConfig is { } config)
        {
            AddedTokens.ReadDecoder(config, draft);
            if (config.Find("add_prefix_space") is { Kind: JsonValueKind.True or JsonValueKind.False } adds)
                draft.Switches["add_space_prefix"] = adds.Truth;
        }
        if (side.Json("tokenizer.json") is { } json)
            PostProcessor.Read(json, draft);
    }

    private VocabularyDraft ReadJson(SideFiles side, ICollection<string> warnings)
    {
        var root = JsonValue.Read(File);
        if (root.Find("model") is null && Path.GetFileName(File) == Gpt2Vocabulary)
            return Gpt2Files.Read(root, side, warnings);
        return HuggingFaceTokenizer.Read(root, side.TokenizerConfig?.Find("clean_up_tokenization_spaces")?.Truth, warnings);
    }
}
