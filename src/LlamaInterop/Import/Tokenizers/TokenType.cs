namespace LlamaInterop.Import.Tokenizers;

/// <summary>What a token is, by the numbers of <c>tokenizer.ggml.token_type</c>, which are SentencePiece's.</summary>
internal enum TokenType
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}
