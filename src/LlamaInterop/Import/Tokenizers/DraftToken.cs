namespace LlamaInterop.Import.Tokenizers;

/// <summary>A token of a <see cref="VocabularyDraft"/>.</summary>
/// <param name="Text">As GGUF writes it: in byte-level vocabularies each character is a byte. Null for an id that is skipped.</param>
/// <param name="Type">What it is.</param>
/// <param name="Score">SentencePiece's; 0 for other models.</param>
internal readonly record struct DraftToken(string? Text, TokenType Type, float Score);
