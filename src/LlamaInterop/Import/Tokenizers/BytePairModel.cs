using System.Text.Json;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Reads the model of a <c>tokenizer.json</c> whose type is <c>BPE</c>.</summary>
internal static class BytePairModel
{
    /// <inheritdoc cref="HuggingFaceTokenizer.Read"/>
    public static VocabularyDraft Read(JsonValue model, TextSteps steps, bool? cleansSpaces, ICollection<string> warnings)
    {
        RefuseAffixes(model);
        var draft = new VocabularyDraft(model.Path, "gpt2") { Merges = MergeList.Read(model.Get("merges")), HasScores = false };
        bool ignoresMerges = TextSteps.IsTrue(model, "ignore_merges");
        if (IsByteLevel(steps))
        {
            ReadBytes(steps, draft, warnings);
            draft.PreTokenizer = PreTokenizerNames.Find(steps, draft, ignoresMerges, cleansSpaces, warnings);
            ReadTokens(model, draft, model.Find("unk_token")?.Text, bytes: false);
            return draft;
        }
        return CharacterPairs.Read(model, steps, draft);
    }

    /// <summary>Adds the tokens of <c>model.vocab</c>, an object of texts and ids.</summary>
    /// <param name="model">The model.</param>
    /// <param name="draft">Where they go.</param>
    /// <param name="unknown">The text of the unknown token, if there is one.</param>
    /// <param name="bytes">Whether texts like <c>&lt;0x0A&gt;</c> stand for bytes.</param>
    public static void ReadTokens(JsonValue model, VocabularyDraft draft, string? unknown, bool bytes)
    {
        foreach (var (text, id) in model.Get("vocab").Members)
        {
            int number = id.Integer(0, VocabularyDraft.MaxTokens - 1);
            if (number < draft.Count && draft[number].Text is { } other)
                throw id.Refuse(ImportCheck.Token, $"tokens '{other}' and '{text}' of model.vocab both have the id {number}");
            var type = text == unknown ? TokenType.Unknown : bytes && ByteTokenText.IsByte(text) ? TokenType.Byte : TokenType.Normal;
            draft.Set(number, text, type);
        }
        if (draft.Count == 0)
            throw model.Refuse(ImportCheck.Token, "model.vocab is empty");
        if (unknown is not null && draft.Find(unknown) is >= 0 and int unknownId)
            draft.Roles["unk"] = unknownId;
    }

    private static void ReadBytes(TextSteps steps, VocabularyDraft draft, ICollection<string> warnings)
    {
        foreach (string type in steps.Normalizers.Select(TextSteps.TypeOf))
        {
            if (type == "NFC")
                draft.ExactKeys.Add(ExactKeys.Compose);
            else
                warnings.Add($"normalizer {type} has no counterpart in GGUF's byte-pair encoding: text that it changes may give other tokens");
        }
        var first = steps.PreTokenizers.FirstOrDefault();
        if (first.Kind == JsonValueKind.Object && TextSteps.TypeOf(first) == "ByteLevel" && TextSteps.IsTrue(first, "add_prefix_space", absent: true))
            draft.ExactKeys.Add(ExactKeys.SpaceFirst);
    }

    private static bool IsByteLevel(TextSteps steps) =>
        TextSteps.Find(steps.PreTokenizers, "ByteLevel") is not null || TextSteps.Find(steps.Decoders, "ByteLevel") is not null;

    private static void RefuseAffixes(JsonValue model)
    {
        foreach (string name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.Find(name) is { Text: { Length: > 0 } affix })
                throw model.Refuse(ImportCheck.TokenizerKind, $"model.{name} is '{affix}': GGUF has no byte-pair encoding with such marks");
        }
    }
}
