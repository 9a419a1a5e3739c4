using System.Text.Json;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Finds which tokens have a role: begin, end, unknown, padding, and those of fill in the middle.</summary>
/// <remarks>
/// What a <c>tokenizer.json</c> puts around text goes first, then <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>,
/// <c>config.json</c> and <c>generation_config.json</c>, as in llama.cpp's converter, which knows the first, second and fourth.
/// </remarks>
internal static class SpecialTokenRoles
{
    private static readonly (string Name, string Role)[] Names =
    [
        ("bos", "bos"), ("eos", "eos"), ("unk", "unk"), ("sep", "sep"), ("pad", "pad"), ("mask", "mask"), ("eot", "eot"), ("eom", "eom"),
        ("prefix", "fim_pre"), ("suffix", "fim_suf"), ("middle", "fim_mid"),
    ];

    public static void Read(SideFiles side, VocabularyDraft draft, ICollection<string> warnings)
    {
        foreach (string name in (string[])["tokenizer_config.json", "special_tokens_map.json"])
        {
            if (side.Json(name) is { } file)
                ReadTexts(file, draft, warnings);
        }
        foreach (var file in (JsonValue?[])[side.Config, side.Config?.Find("text_config"), side.GenerationConfig])
        {
            if (file is { Kind: JsonValueKind.Object } config)
                ReadIds(config, draft, warnings);
        }
        if (draft.Model == "bert")
            ReadCls(side, draft);
        ReadFurtherEnds(side, draft);
    }

    // BERT's vocabularies have no begin and end tokens, but [CLS] and [SEP].
    private static void ReadCls(SideFiles side, VocabularyDraft draft)
    {
        string cls = side.TokenizerConfig is { } config ? TextOf(config, "cls_token") ?? "[CLS]" : "[CLS]";
        if (draft.Find(cls) is >= 0 and int id)
            draft.Roles.TryAdd("bos", id);
    }

    private static void ReadTexts(JsonValue file, VocabularyDraft draft, ICollection<string> warnings)
    {
        foreach (var (name, role) in Names)
        {
            if (file.Find($"add_{name}_token") is { Kind: JsonValueKind.True or JsonValueKind.False } adds)
                draft.Switches[$"add_{name}_token"] = adds.Truth;
            if (TextOf(file, name + "_token") is not { Length: > 0 } text)
                continue;
            int id = draft.Find(text);
            if (id < 0)
                warnings.Add($"{Path.GetFileName(file.Path)}: {name}_token '{text}' is no token");
            else if (role == "eos" && draft.Roles.TryGetValue("eos", out int end) && end != id)
                draft.Roles.TryAdd("eot", id);
            else
                draft.Roles.TryAdd(role, id);
        }
    }

    private static string? TextOf(JsonValue file, string name) => file.Find(name) switch
    {
        { Kind: JsonValueKind.String } text => text.Text,
        { Kind: JsonValueKind.Object } token => token.Find("content")?.Text,
        _ => null,
    };

    private static void ReadIds(JsonValue config, VocabularyDraft draft, ICollection<string> warnings)
    {
        foreach (var (name, role) in Names)
        {
            foreach (int id in IdsOf(config, name + "_token_id").Take(1))
            {
                if (id >= 0 && id < draft.Count && draft[id].Text is not null)
                    draft.Roles.TryAdd(role, id);
                else if (id >= 0 && !draft.Roles.ContainsKey(role))
                    warnings.Add($"{Path.GetFileName(config.Path)}: {name}_token_id {id} is no token");
            }
        }
    }

    // A generation may end in several ways. Readers know the usual ones by their texts; others get the roles that are free.
    private static void ReadFurtherEnds(SideFiles side, VocabularyDraft draft)
    {
        foreach (int id in side.GenerationConfig is { } config ? IdsOf(config, "eos_token_id") : [])
        {
            bool isNew = id >= 0 && id < draft.Count && draft[id].Text is { } text && !draft.Roles.Values.Contains(id)
                && !Tokenization.SpecialTokenTexts.EndOfGeneration.Contains(text);
            if (isNew && !draft.Roles.TryAdd("eot", id))
                draft.Roles.TryAdd("eom", id);
        }
    }

    private static int[] IdsOf(JsonValue config, string name) => config.Find(name) switch
    {
        { Kind: JsonValueKind.Number } id => [IdOf(id)],
        { Kind: JsonValueKind.Array } ids => [.. ids.Items.Take(64).Where(id => id.Kind == JsonValueKind.Number).Select(IdOf)],
        _ => [],
    };

    private static int IdOf(JsonValue id) => id.Integer(-1, int.MaxValue);
}
