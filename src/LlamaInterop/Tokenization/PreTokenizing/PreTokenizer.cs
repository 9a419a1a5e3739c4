namespace LlamaInterop.Tokenization;

/// <summary>How byte-pair encoding cuts text into words before it merges, and what else goes by the same name in a GGUF file.</summary>
/// <param name="Words">The rules that cut, each applied to the pieces of the one before.</param>
/// <param name="Rules">What holds for the vocabulary unless its file says otherwise.</param>
internal sealed record PreTokenizer(WordRule[] Words, VocabularyRules Rules)
{
    /// <summary>The name of the rules that stand in for unknown ones.</summary>
    public const string DefaultName = "default";

    /// <summary>Each byte is a character of the vocabulary; otherwise characters are, and bytes only where a character is missing.</summary>
    public bool ByteLevel { get; init; } = true;

    /// <summary>A run of line breaks that is a token is taken whole: the vocabulary lists no merges that lead to it.</summary>
    public bool WholeLineBreaks { get; init; }

    /// <summary>A text begins with the begin token even where the file says that it does not, as files of Gemma 4 do.</summary>
    public bool AlwaysAddsBos { get; init; }

    /// <summary>Whether <see cref="Named"/> knows the name; for others it gives the default.</summary>
    public static bool IsKnown(string name) => PreTokenizerTable.ByName.ContainsKey(name);

    public static PreTokenizer Named(string name) => PreTokenizerTable.ByName.GetValueOrDefault(name, PreTokenizerTable.ByName[DefaultName]);
}
