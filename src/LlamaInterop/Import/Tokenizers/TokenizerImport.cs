using System.Text.Json;
using LlamaInterop.Gguf;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Finds a model's tokenizer among its files, in whatever format, and writes it under GGUF's keys <c>tokenizer.*</c>.</summary>
internal static class TokenizerImport
{
    /// <summary>Whether there is a tokenizer.</summary>
    /// <param name="path">A model's directory, or a tokenizer's file.</param>
    public static bool Exists(string path) => TokenizerSource.Find(path) is not null;

    /// <summary>Writes the tokenizer, its special tokens, the chat template, and the sampling that the model's maker advises.</summary>
    /// <param name="path">A model's directory, or a tokenizer's file; the files beside it say more of it.</param>
    /// <param name="config">The root of <c>config.json</c>; undefined where there is none.</param>
    /// <param name="vocabularySize">Rows of the embedding table, which unused tokens fill; 0 if unknown.</param>
    /// <param name="writer">Where the keys go.</param>
    /// <param name="warnings">What is odd, or cannot be said in GGUF, one line each.</param>
    /// <exception cref="ImportException">There is no tokenizer, it is malformed, or it has no counterpart in GGUF.</exception>
    public static void Write(string path, JsonElement config, int vocabularySize, GgufWriter writer, ICollection<string> warnings)
    {
        var source = TokenizerSource.Find(path)
            ?? throw new ImportException(ImportCheck.File, path, $"no tokenizer is here: none of {string.Join(", ", TokenizerSource.Names)}");
        var side = new SideFiles(source.Directory, config);
        var found = new List<string>();
        var draft = source.Read(side, found);
        SpecialTokenRoles.Read(side, draft, found);
        CheckGaps(draft);
        CheckCharacterMap(draft);
        VocabularyWriter.Write(draft, Fit(draft, vocabularySize, found), writer);
        ChatTemplates.Write(side, writer, found);
        GenerationDefaults.Write(side, writer);
        var lines = new VocabularyWarnings(source.File);
        found.ForEach(lines.Add);
        foreach (string line in lines.Lines)
            warnings.Add(line);
    }

    // One id that is far too high would make millions of tokens.
    private static void CheckGaps(VocabularyDraft draft)
    {
        const int MaxGaps = 1 << 16;
        int gaps = Enumerable.Range(0, draft.Count).Count(id => draft[id].Text is null);
        if (gaps > MaxGaps)
            throw draft.Refuse(ImportCheck.Token, $"the highest id is {draft.Count - 1}, but {gaps} ids below it have no token");
    }

    private static void CheckCharacterMap(VocabularyDraft draft)
    {
        try
        {
            if (draft.CharacterMap is { Length: > 0 } map)
                CharacterMapReader.Read(map);
        }
        catch (FormatException error)
        {
            throw new ImportException(ImportCheck.CharacterMap, draft.Path, $"precompiled_charsmap: {error.Message}", error);
        }
    }

    // Of SentencePiece's models llama.cpp's converter drops what the model has no rows for; other vocabularies must fit.
    private static int Fit(VocabularyDraft draft, int size, ICollection<string> warnings)
    {
        if (size is < 0 or > VocabularyDraft.MaxTokens)
            throw draft.Refuse(ImportCheck.Limit, $"the model has rows for {size} tokens; at most {VocabularyDraft.MaxTokens} are written");
        if (size == 0 || draft.Count <= size)
            return size;
        if (!draft.HasScores)
            throw draft.Refuse(ImportCheck.Token, $"has {draft.Count} tokens, but the model has rows for {size}");
        warnings.Add($"tokens from {size} on are left out: the model has no rows for them");
        foreach (string role in draft.Roles.Where(role => role.Value >= size).Select(role => role.Key).ToArray())
            draft.Roles.Remove(role);
        return size;
    }
}
