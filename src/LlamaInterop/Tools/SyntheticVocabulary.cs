using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>A SentencePiece vocabulary for a model that has none: the three special tokens, every byte, the space, then filler words.</summary>
internal static class SyntheticVocabulary
{
    private const int SpecialTokens = 3;
    private const string Space = "\u2581";
    private const int Normal = 1, Unknown = 2, Control = 3, Byte = 6;

    /// <summary>Tokens that every synthetic vocabulary has.</summary>
    public const int FixedTokens = SpecialTokens + 256 + 1;

    /// <summary>Sets the keys <c>tokenizer.ggml.*</c> for so many tokens.</summary>
    public static void AddTo(GgufWriter writer, int count)
    {
        string[] texts = new string[count];
        float[] scores = new float[count];
        int[] types = new int[count];
        for (int id = 0; id < count; id++)
        {
            (texts[id], types[id]) = TokenOf(id);
            scores[id] = id < FixedTokens ? 0 : -id;
        }
        writer.Set("tokenizer.ggml.model", GgufValue.From("llama"));
        writer.Set("tokenizer.ggml.tokens", GgufValue.FromArray(texts));
        writer.Set("tokenizer.ggml.scores", GgufValue.FromArray(scores));
        writer.Set("tokenizer.ggml.token_type", GgufValue.FromArray(types));
        writer.Set("tokenizer.ggml.unknown_token_id", GgufValue.From(0u));
        writer.Set("tokenizer.ggml.bos_token_id", GgufValue.From(1u));
        writer.Set("tokenizer.ggml.eos_token_id", GgufValue.From(2u));
    }

    private static (string Text, int Type) TokenOf(int id) => id switch
    {
        0 => ("<unk>", Unknown),
        1 => ("<s>", Control),
        2 => ("</s>", Control),
        < FixedTokens - 1 => ($"<0x{id - SpecialTokens:X2}>", Byte),
        FixedTokens - 1 => (Space, Normal),
        _ => ($"{Space}w{id}", Normal),
    };
}
