namespace LlamaInterop.Tokenization;

/// <summary>How byte-pair encoding cuts text into words before it merges, and what else goes by the same name in a GGUF file.</summary>
/// <param name="Words">The rules that cut, each applied to the pieces of the one before.</param>
/// <param name="Rules">What holds for the vocabulary unless its file says otherwise.</param>
/// <param name="ByteLevel">Each byte is a character of the vocabulary; otherwise characters are, and bytes only where a character is missing.</param>
internal sealed record PreTokenizer(WordRule[] Words, VocabularyRules Rules, bool ByteLevel = true)
{
    private static readonly Gpt2Rule s_gpt2 = new();
    private static readonly Llama3Rule s_llama3 = new(maxDigits: 3);
    private static readonly Llama3Rule s_qwen2 = new(maxDigits: 1);
    private static readonly RunRule s_digit = new(CharacterClasses.IsNumber) { MaxLength = 1 };
    private static readonly RunRule s_digits = new(CharacterClasses.IsNumber);
    private static readonly RunRule s_threeDigits = new(c => c is >= '0' and <= '9') { MinLength = 3, MaxLength = 3 };
    private static readonly RunRule s_lineBreak = new(c => c is '\r' or '\n') { MaxLength = 1 };
    private static readonly RunRule s_ideographs = new(DeepSeekCharacters.IsIdeograph);

    private static readonly VocabularyRules s_clean = new() { CleanSpaces = true };
    private static readonly VocabularyRules s_exact = new();
    private static readonly VocabularyRules s_llama3Rules = new() { CleanSpaces = true, IgnoreMerges = true, AddBos = true };

    private static readonly PreTokenizer s_gpt2Words = new([s_gpt2], s_clean);
    private static readonly PreTokenizer s_llama3Words = new([s_llama3], s_llama3Rules);
    private static readonly PreTokenizer s_qwen2Words = new([s_qwen2], s_exact);
    private static readonly PreTokenizer s_starCoderWords = new([s_digit, s_gpt2], s_clean);
    private static readonly PreTokenizer s_gpt4oWords = new([new CasedWordRule(maxDigits: 3, contractions: true)], s_exact);

    private static readonly PreTokenizer s_default = new(
        [new RunRule(c => CharacterClasses.Of(c) == CharacterClass.Punctuation || c is '$' or '+' or '<' or '=' or '>' or '^' or '~' or '|'),
            s_gpt2, s_digits, s_threeDigits],
        s_clean);

    private static readonly Dictionary<string, PreTokenizer> s_named = new()
    {
        ["default"] = s_default,
        ["gpt-2"] = s_gpt2Words,
        ["phi-2"] = s_gpt2Words,
        ["mpt"] = s_gpt2Words,
        ["olmo"] = s_gpt2Words,
        ["jais"] = s_gpt2Words,
        ["gigachat"] = s_gpt2Words,
        ["mellum"] = s_gpt2Words,
        ["exaone4"] = s_gpt2Words,
        ["a.x-4.0"] = s_gpt2Words,
        ["modern-bert"] = s_gpt2Words,
        ["jina-es"] = s_gpt2Words,
        ["jina-de"] = s_gpt2Words,
        ["jina-v2-es"] = s_gpt2Words,
        ["jina-v2-de"] = s_gpt2Words,
        ["jina-v1-en"] = s_gpt2Words with { Rules = s_clean with { AddSep = true } },
        ["jina-v2-code"] = s_gpt2Words with { Rules = s_clean with { AddSep = true } },
        ["roberta-bpe"] = s_gpt2Words with { Rules = s_clean with { AddSep = true } },
        ["trillion"] = s_gpt2Words with { Rules = s_exact },
        ["granite-docling"] = s_gpt2Words with { Rules = s_exact },
        ["starcoder"] = s_starCoderWords,
        ["refact"] = s_starCoderWords,
        ["codeshell"] = s_starCoderWords,
        ["exaone"] = s_starCoderWords,
        ["minerva-7b"] = s_starCoderWords,
        ["mellum2"] = s_starCoderWords,
        ["command-r"] = s_starCoderWords with { Rules = s_exact },
        ["smollm"] = s_starCoderWords with { Rules = s_exact },
        ["llama3"] = s_llama3Words,
        ["llama-v3"] = s_llama3Words,
        ["llama-bpe"] = s_llama3Words,
        ["falcon3"] = s_llama3Words,
        ["falcon-h1"] = s_llama3Words,
        ["pixtral"] = s_llama3Words,
        ["midm-2.0"] = s_llama3Words,
        ["lfm2"] = s_llama3Words,
        ["dbrx"] = s_llama3Words with { Rules = s_clean },
        ["smaug-bpe"] = s_llama3Words with { Rules = s_clean },
        ["glm4"] = s_llama3Words with { Rules = s_clean },
        ["chatglm-bpe"] = s_llama3Words with { Rules = s_clean },
        ["qwen2"] = s_qwen2Words,
        ["deepseek-r1-qwen"] = s_qwen2Words,
        ["kormo"] = s_qwen2Words,
        ["hunyuan"] = s_qwen2Words,
        ["solar-open"] = s_qwen2Words,
        ["grok-2"] = s_qwen2Words,
        ["megrez"] = s_qwen2Words with { Rules = s_clean },
        ["stablelm2"] = s_qwen2Words with { Rules = s_clean },
        ["qwen35"] = new([new Llama3Rule(maxDigits: 1, marksInWords: true)], s_exact),
        ["gpt-4o"] = s_gpt4oWords,
        ["llama4"] = s_gpt4oWords,
        ["kanana2"] = s_gpt4oWords,
        ["minimax-m2"] = s_gpt4oWords,
        ["tekken"] = new([new CasedWordRule(maxDigits: 1, contractions: false)], s_exact with { IgnoreMerges = true, AddBos = true }),
        ["falcon"] = new(
            [new RunRule(c => CharacterClasses.Of(c) == CharacterClass.Punctuation || c is '$' or '+' or '<' or '=' or '>' or '^' or '~' or '|' or '`'),
                s_gpt2, s_threeDigits],
            s_clean),
        ["deepseek-llm"] = new(
            [s_lineBreak,
                new RunRule(DeepSeekCharacters.IsLetter) { Prefix = CharacterClasses.IsWhiteSpace },
                new RunRule(DeepSeekCharacters.IsPunctuation) { Prefix = CharacterClasses.IsWhiteSpace },
                new TrailingSpaceRule(), s_ideographs, s_digits],
            s_exact),
        ["deepseek-coder"] = new(
            [s_lineBreak,
                new RunRule(CharacterClasses.IsLetter) { Prefix = CharacterClasses.IsWhiteSpace },
                new RunRule(c => CharacterClasses.Of(c) == CharacterClass.Punctuation) { Prefix = CharacterClasses.IsWhiteSpace },
                s_ideographs, s_digit],
            s_exact),
        ["gemma4"] = new([new RunRule(c => c == '\n')], s_clean with { EscapeSpaces = true }, ByteLevel: false),
    };

    /// <summary>Whether <see cref="Named"/> knows the name; for others it gives the default.</summary>
    public static bool IsKnown(string name) => s_named.ContainsKey(name);

    public static PreTokenizer Named(string name) => s_named.GetValueOrDefault(name, s_default);
}
