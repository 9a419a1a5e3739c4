namespace LlamaInterop.Tokenization;

/// <summary>Which special tokens swallow the white space beside them. GGUF does not say; it is known by the model's name.</summary>
internal static class StripAttributes
{
    private const TokenAttributes SpecialKinds = TokenAttributes.Control | TokenAttributes.UserDefined | TokenAttributes.Unknown;

    /// <param name="modelName"><c>general.name</c>.</param>
    /// <param name="preTokenizer"><c>tokenizer.ggml.pre</c>.</param>
    /// <param name="symbols">The texts of the tokens.</param>
    /// <param name="attributes">Of all tokens; those found are marked.</param>
    public static void Apply(string modelName, string preTokenizer, ByteStringMap symbols, TokenAttributes[] attributes)
    {
        if (preTokenizer is "jina-v2-de" or "jina-v2-es" or "jina-v2-code")
            Mark("<mask>"u8, TokenAttributes.LeftStrip);
        else if (modelName.Contains("phi-3", StringComparison.OrdinalIgnoreCase) || modelName.Contains("phi3", StringComparison.OrdinalIgnoreCase))
            MarkPhi3();
        else if (modelName.Contains("modern-bert", StringComparison.OrdinalIgnoreCase))
            Mark("[MASK]"u8, TokenAttributes.LeftStrip);

        void MarkPhi3()
        {
            for (int id = 0; id < attributes.Length; id++)
            {
                if ((attributes[id] & SpecialKinds) != 0)
                    attributes[id] |= TokenAttributes.RightStrip;
            }
            Mark("</s>"u8, TokenAttributes.RightStrip);
            Unmark("<unk>"u8);
            Unmark("<s>"u8);
            Unmark("<|endoftext|>"u8);
        }

        void Mark(ReadOnlySpan<byte> text, TokenAttributes attribute)
        {
            if (symbols.Find(text) is >= 0 and int id)
                attributes[id] |= attribute;
        }

        void Unmark(ReadOnlySpan<byte> text)
        {
            if (symbols.Find(text) is >= 0 and int id)
                attributes[id] &= ~TokenAttributes.RightStrip;
        }
    }
}
