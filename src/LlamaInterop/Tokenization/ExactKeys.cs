namespace LlamaInterop.Tokenization;

/// <summary>
/// Keys by which a file says more of its tokenizer than <c>tokenizer.ggml.*</c> can, so that imported tokenizers give the original's tokens.
/// All are booleans, false where absent. Other readers pass over them, and get what the keys that they know make of the text.
/// </summary>
internal static class ExactKeys
{
    /// <summary>Characters are composed before anything else (Hugging Face's normalizer <c>NFC</c>).</summary>
    public const string Compose = "llamainterop.tokenizer.compose";

    /// <summary>
    /// Byte-pair encoding puts a space before text that begins the input or follows a special token: in vocabularies of bytes one that
    /// does not begin with a space (<c>ByteLevel</c> with <c>add_prefix_space</c>), in those of characters any (<c>Prepend</c>).
    /// </summary>
    public const string SpaceFirst = "llamainterop.tokenizer.space_first";

    /// <summary>Text is not cut into words.</summary>
    public const string WholeText = "llamainterop.tokenizer.whole_text";

    /// <summary>A token whose type is normal is plain text, even if its text is one by which special tokens are known: <c>&lt;/s></c>.</summary>
    public const string ExactTypes = "llamainterop.tokenizer.exact_types";
}
