using LlamaInterop.Gguf;

namespace LlamaInterop.Tokenization;

/// <summary>What a <see cref="Vocabulary"/> is made of; every array has one element a token.</summary>
internal sealed record VocabularyParts
{
    public required TokenizerModel Model { get; init; }

    public required string PreTokenizer { get; init; }

    public required GgufStringArray Texts { get; init; }

    public required ByteStringMap Symbols { get; init; }

    public required float[] Scores { get; init; }

    public required TokenAttributes[] Attributes { get; init; }

    public required bool[] EndsGeneration { get; init; }

    public required GgufStringArray? Merges { get; init; }

    public required CharacterMap? CharacterMap { get; init; }

    public required SpecialTokens Special { get; init; }

    public required VocabularyRules Rules { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }
}
