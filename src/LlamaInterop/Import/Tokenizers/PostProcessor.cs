namespace LlamaInterop.Import.Tokenizers;

/// <summary>Reads what a <c>tokenizer.json</c> puts around text: begin, end and separator tokens.</summary>
internal static class PostProcessor
{
    /// <summary>Sets <c>add_bos_token</c>, <c>add_eos_token</c> and <c>add_sep_token</c>, and the roles of the tokens that are put there.</summary>
    public static void Read(JsonValue root, VocabularyDraft draft)
    {
        draft.Switches["add_bos_token"] = draft.Switches["add_eos_token"] = false;
        if (root.Find("post_processor") is not { } outer)
            return;
        IEnumerable<JsonValue> steps = TextSteps.TypeOf(outer) == "Sequence" ? outer.Get("processors").Items : [outer];
        foreach (var step in steps)
        {
            switch (TextSteps.TypeOf(step))
            {
                case "TemplateProcessing":
                    ReadTemplate(step, draft);
                    break;
                case "RobertaProcessing" or "BertProcessing":
                    draft.Switches["add_bos_token"] = draft.Switches["add_eos_token"] = draft.Switches["add_sep_token"] = true;
                    SetRole(draft, step, "bos", "cls");
                    SetRole(draft, step, "eos", "sep");
                    SetRole(draft, step, "sep", "sep");
                    break;
            }
        }
    }

    private static void ReadTemplate(JsonValue step, VocabularyDraft draft)
    {
        JsonValue[] single = [.. step.Get("single").Items];
        if (single.Length < 2)
            return;
        if (SpecialTokenOf(single[0]) is { } first)
            Add(draft, step, "bos", first);
        if (SpecialTokenOf(single[^1]) is { } last)
            Add(draft, step, "eos", last);
        if (step.Find("pair") is { } pair)
            ReadSeparator(pair, step, draft);
    }

    // What stands between two texts. In [CLS] A [SEP] B [SEP] it is the token that ends each text: a separator beside it would be one too many.
    private static void ReadSeparator(JsonValue pair, JsonValue step, VocabularyDraft draft)
    {
        JsonValue[] parts = [.. pair.Items];
        int a = Array.FindIndex(parts, part => part.Find("Sequence") is not null);
        int b = Array.FindLastIndex(parts, part => part.Find("Sequence") is not null);
        if (a < 0 || b <= a + 1 || SpecialTokenOf(parts[a + 1]) is not { } separator)
            return;
        int id = Find(draft, step, separator);
        if (id == draft.Roles.GetValueOrDefault("bos", -1))
            return;
        draft.Roles["sep"] = id;
        draft.Switches["add_sep_token"] = b > a + 2 || !draft.Switches["add_eos_token"];
    }

    private static string? SpecialTokenOf(JsonValue part) => part.Find("SpecialToken")?.Get("id").Text;

    private static void Add(VocabularyDraft draft, JsonValue step, string role, string text)
    {
        draft.Roles[role] = Find(draft, step, text);
        draft.Switches[$"add_{role}_token"] = true;
    }

    private static int Find(VocabularyDraft draft, JsonValue step, string text) => draft.Find(text) is >= 0 and int id
        ? id
        : throw step.Refuse(ImportCheck.SpecialToken, $"{step.Place} puts '{text}' around text, which is no token");

    private static void SetRole(VocabularyDraft draft, JsonValue step, string role, string member)
    {
        if (step.Find(member)?.Items.FirstOrDefault() is { Kind: System.Text.Json.JsonValueKind.String } token)
            draft.Roles[role] = Find(draft, step, token.Text);
    }
}
