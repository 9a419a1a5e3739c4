namespace LlamaInterop.Tokenization;

/// <summary>How byte-pair encoding cuts text into words before it merges, and what else goes by the same name in a GGUF file.</summary>
/// <param name="Words">The rules that cut, each applied to the pieces of the one before.</param>
/// <param name="Rules">What holds for the vocabulary unless its file says otherwise.</param>
/// <param name="ByteLevel">Each byte is a character of the vocabulary; otherwise characters are, and bytes only where a character is missing.</param>
internal sealed record PreTokenizer(WordRule[] Words, VocabularyRules Rules, bool ByteLevel = true)
{
    private static readonly Gpt2Rule Gpt2 = new();
    private static readonly Llama3Rule Llama3 = new(maxDigits: 3);
    private static readonly Llama3Rule Qwen2 = new(maxDigits: 1);
    private static readonly RunRule Digit = new(CharacterClasses.IsNumber) { MaxLength = 1 };
    private static readonly RunRule Digits = new(CharacterClasses.IsNumber);
    private static readonly RunRule ThreeDigits = new(c => c is >= '0' and <= '9') { MinLength = 3, MaxLength = 3 };
    private static readonly RunRule LineBreak = new(c => c is '\r' or '\n') { MaxLength = 1 };
    private static readonly RunRule Ideographs = new(DeepSeekCharacters.IsIdeograph);

    private static readonly VocabularyRules Clean = new() { CleanSpaces = true };
    private static readonly VocabularyRules Exact = new();
    private static readonly VocabularyRules Llama3Rules = new() { CleanSpaces = true, IgnoreMerges = true, AddBos = true };

    private static readonly PreTokenizer Gpt2Words = new([Gpt2], Clean);
    private static readonly PreTokenizer Llama3Words = new([Llama3], Llama3Rules);
    private static readonly PreTokenizer Qwen2Words = new([Qwen2], Exact);
    private static readonly PreTokenizer StarCoderWords = new([Digit, Gpt2], Clean);
    private static readonly PreTokenizer Gpt4oWords = new([new CasedWordRule(maxDigits: 3, contractions: true)], Exact);

    private static readonly PreTokenizer Default = new(
        [new RunRule(c => CharacterClasses.Of(c) == CharacterClass.Punctuation || c is '$' or '+' or '<' or '=' or '>' or '^' or '~' or '|'),
            Gpt2, Digits, ThreeDigits],
        Clean);

    private static readonly Dictionary<string, PreTokenizer> ByName = new()
    {
        ["default"] = Default,
        ["gpt-2"] = Gpt2Words,
        ["phi-2"] = Gpt2Words,
        ["mpt"] = Gpt2Words,
        ["olmo"] = Gpt2Words,
        ["jais"] = Gpt2Words,
        ["gigachat"] = Gpt2Words,
        ["mellum"] = Gpt2Words,
        ["exaone4"] = Gpt2Words,
        ["a.x-4.0"] = Gpt2Words,
        ["modern-bert"] = Gpt2Words,
        ["jina-es"] = Gpt2Words,
        ["jina-de"] = Gpt2Words,
        ["jina-v2-es"] = Gpt2Words,
        ["jina-v2-de"] = Gpt2Words,
        ["jina-v1-en"] = Gpt2Words with { Rules = Clean with { AddSep = true } },
        ["jina-v2-code"] = Gpt2Words with { Rules = Clean with { AddSep = true } },
        ["roberta-bpe"] = Gpt2Words with { Rules = Clean with { AddSep = true } },
        ["trillion"] = Gpt2Words with { Rules = Exact },
        ["granite-docling"] = Gpt2Words with { Rules = Exact },
        ["starcoder"] = StarCoderWords,
        ["refact"] = StarCoderWords,
        ["codeshell"] = StarCoderWords,
        ["exaone"] = StarCoderWords,
        ["minerva-7b"] = StarCoderWords,
        ["mellum2"] = StarCoderWords,
        ["command-r"] = StarCoderWords with { Rules = Exact },
        ["smollm"] = StarCoderWords with { Rules = Exact },
        ["llama3"] = Llama3Words,
        ["llama-v3"] = Llama3Words,
        ["llama-bpe"] = Llama3Words,
        ["falcon3"] = Llama3Words,
        ["falcon-h1"] = Llama3Words,
        ["pixtral"] = Llama3Words,
        ["midm-2.0"] = Llama3Words,
        ["lfm2"] = Llama3Words,
        ["dbrx"] = Llama3Words with { Rules = Clean },
        ["smaug-bpe"] = Llama3Words with { Rules = Clean },
        ["glm4"] = Llama3Words with { Rules = Clean },
        ["chatglm-bpe"] = Llama3Words with { Rules = Clean },
        ["qwen2"] = Qwen2Words,
        ["deepseek-r1-qwen"] = Qwen2Words,
        ["kormo"] = Qwen2Words,
        ["hunyuan"] = Qwen2Words,
        ["solar-open"] = Qwen2Words,
        ["grok-2"] = Qwen2Words,
        ["megrez"] = Qwen2Words with { Rules = Clean },
        ["stablelm2"] = Qwen2Words with { Rules = Clean },
        ["qwen35"] = new([new Llama3Rule(maxDigits: 1, marksInWords: true)], Exact),
        ["gpt-4o"] = Gpt4oWords,
        ["llama4"] = Gpt4oWords,
        ["kanana2"] = Gpt4oWords,
        ["minimax-m2"] = Gpt4oWords,
        ["tekken"] = new([new CasedWordRule(maxDigits: 1, contractions: false)], Exact with { IgnoreMerges = true, AddBos = true }),
        ["falcon"] = new(
            [new RunRule(c => CharacterClasses.Of(c) == CharacterClass.Punctuation || c is '$' or '+' or '<' or '=' or '>' or '^' or '~' or '|' or '`'),
                Gpt2, ThreeDigits],
            Clean),
        ["deepseek-llm"] = new(
            [LineBreak,
                new RunRule(DeepSeekCharacters.IsLetter) { Prefix = CharacterClasses.IsWhiteSpace },
                new RunRule(DeepSeekCharacters.IsPunctuation) { Prefix = CharacterClasses.IsWhiteSpace },
                new TrailingSpaceRule(), Ideographs, Digits],
            Exact),
        ["deepseek-coder"] = new(
            [LineBreak,
                new RunRule(CharacterClasses.IsLetter) { Prefix = CharacterClasses.IsWhiteSpace },
                new RunRule(c => CharacterClasses.Of(c) == CharacterClass.Punctuation) { Prefix = CharacterClasses.IsWhiteSpace },
                Ideographs, Digit],
            Exact),
        ["gemma4"] = new([new RunRule(c => c == '\n')], Clean with { EscapeSpaces = true }, ByteLevel: false),
    };

    /// <summary>Whether <see cref="Named"/> knows the name; for others it gives the default.</summary>
    public static bool IsKnown(string name) => ByName.ContainsKey(name);

    public static PreTokenizer Named(string name) => ByName.GetValueOrDefault(name, Default);
}
