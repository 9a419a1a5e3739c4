namespace LlamaInterop.Import.Tokenizers;

/// <summary>What tiktoken's files do not say: how text is cut, and the special tokens behind the last rank. Both are in the models' code.</summary>
internal static class TiktokenFamilies
{
    private const int Llama3Ranks = 128_000;
    private const int Llama3Reserved = 256;
    private const int QwenRanks = 151_643;
    private const int QwenExtras = 205;

    // Of Llama 3.1; where Llama 3 has a reserved token, what came later has no other use.
    private static readonly (int Offset, string Text)[] Llama3Named =
    [
        (0, "<|begin_of_text|>"), (1, "<|end_of_text|>"), (4, "<|finetune_right_pad_id|>"), (6, "<|start_header_id|>"), (7, "<|end_header_id|>"),
        (8, "<|eom_id|>"), (9, "<|eot_id|>"), (10, "<|python_tag|>"),
    ];

    public static void Apply(VocabularyDraft draft, ICollection<string> warnings)
    {
        switch (draft.Count)
        {
            case Llama3Ranks:
                draft.PreTokenizer = "llama-bpe";
                AddLlama3(draft);
                break;
            case QwenRanks:
                draft.PreTokenizer = "qwen2";
                AddQwen(draft);
                break;
            default:
                warnings.Add($"{draft.Count} ranks are of no known model; 'default' is written as tokenizer.ggml.pre, which may give other tokens");
                break;
        }
    }

    private static void AddLlama3(VocabularyDraft draft)
    {
        int reserved = 0;
        for (int offset = 0; offset < Llama3Reserved; offset++)
        {
            int named = Array.FindIndex(Llama3Named, token => token.Offset == offset);
            draft.Add(named >= 0 ? Llama3Named[named].Text : $"<|reserved_special_token_{reserved++}|>", TokenType.Control);
        }
        draft.Roles["bos"] = Llama3Ranks;
        draft.Roles["eos"] = Llama3Ranks + 1;
        draft.Switches["add_bos_token"] = true;
    }

    private static void AddQwen(VocabularyDraft draft)
    {
        foreach (string text in (string[])["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
            draft.Add(text, TokenType.Control);
        for (int extra = 0; extra < QwenExtras; extra++)
            draft.Add($"<|extra_{extra}|>", TokenType.Control);
        draft.Roles["bos"] = draft.Roles["eos"] = QwenRanks;
    }
}
