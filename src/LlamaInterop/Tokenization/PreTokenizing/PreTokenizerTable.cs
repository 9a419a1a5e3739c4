namespace LlamaInterop.Tokenization;

/// <summary>The values of <c>tokenizer.ggml.pre</c> that are known. Many models share the rules of a few.</summary>
internal static class PreTokenizerTable
{
    private static readonly Gpt2Rule Gpt2 = new();
    private static readonly Llama3Rule Llama3 = new() { MaxDigits = 3 };
    private static readonly Llama3Rule Qwen2 = new() { MaxDigits = 1 };
    private static readonly RunRule Digit = new(CharacterClasses.IsNumber) { MaxLength = 1 };
    private static readonly RunRule Digits = new(CharacterClasses.IsNumber);
    private static readonly RunRule UpToThreeDigits = new(CharacterClasses.IsNumber) { MaxLength = 3 };
    private static readonly RunRule ThreeDigits = new(c => c is >= '0' and <= '9') { MinLength = 3, MaxLength = 3 };
    private static readonly RunRule LineBreak = new(c => c is '\r' or '\n') { MaxLength = 1 };
    private static readonly RunRule Lines = new(c => c == '\n');
    private static readonly RunRule Ideographs = new(ScriptRanges.Ideographs.Contains);
    private static readonly RunRule UnpunctuatedWord = new(IsUnpunctuated) { Prefix = c => c == ' ' };

    private static readonly VocabularyRules Clean = new() { CleanSpaces = true };
    private static readonly VocabularyRules Exact = new();
    private static readonly VocabularyRules Llama3Rules = new() { CleanSpaces = true, IgnoreMerges = true, AddBos = true };

    private static readonly PreTokenizer Default = new([new RunRule(IsPunctuationOfDefault), Gpt2, Digits, ThreeDigits], Clean);
    private static readonly PreTokenizer Gpt2Words = new([Gpt2], Clean);
    private static readonly PreTokenizer Llama3Words = new([Llama3], Llama3Rules);
    private static readonly PreTokenizer Qwen2Words = new([Qwen2], Exact);
    private static readonly PreTokenizer StarCoderWords = new([Digit, Gpt2], Clean);
    private static readonly PreTokenizer BloomWords = new([UnpunctuatedWord], Clean);
    private static readonly PreTokenizer Gpt4oWords = new([Cased(maxDigits: 3, contractions: true)], Exact);
    private static readonly PreTokenizer TinyAyaWords = new([new NumberGroupRule(), Suffixed(maxDigits: 3)], Exact);

    private static readonly PreTokenizer DeepSeek3Words =
        new([UpToThreeDigits, new RunRule(ScriptRanges.ChineseAndKana.Contains), new DeepSeek3Rule()], Exact);

    private static readonly PreTokenizer GemmaWords =
        new([Lines], Clean with { EscapeSpaces = true }) { ByteLevel = false, WholeLineBreaks = true, AlwaysAddsBos = true };

    public static IReadOnlyDictionary<string, PreTokenizer> ByName { get; } = new Dictionary<string, PreTokenizer>
    {
        [PreTokenizer.DefaultName] = Default,
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
        ["bloom"] = BloomWords,
        ["gpt3-finnish"] = BloomWords,
        ["poro-chat"] = BloomWords with { Rules = Exact },
        ["viking"] = new([UnpunctuatedWord, Digit], Exact),
        ["llama3"] = Llama3Words,
        ["llama-v3"] = Llama3Words,
        ["llama-bpe"] = Llama3Words,
        ["falcon3"] = Llama3Words,
        ["falcon-h1"] = Llama3Words,
        ["pixtral"] = Llama3Words,
        ["midm-2.0"] = Llama3Words,
        ["lfm2"] = Llama3Words,
        ["jina-v5-nano"] = Llama3Words,
        ["dbrx"] = Llama3Words with { Rules = Clean },
        ["smaug-bpe"] = Llama3Words with { Rules = Clean },
        ["glm4"] = Llama3Words with { Rules = Clean },
        ["chatglm-bpe"] = Llama3Words with { Rules = Clean },
        ["jais-2"] = new([Llama3, new SpaceGroupRule()], Clean),
        ["minicpm5"] = new([UpToThreeDigits, Llama3], Clean with { IgnoreMerges = true }),
        ["qwen2"] = Qwen2Words,
        ["deepseek-r1-qwen"] = Qwen2Words,
        ["kormo"] = Qwen2Words,
        ["f2llmv2"] = Qwen2Words,
        ["hunyuan"] = Qwen2Words,
        ["solar-open"] = Qwen2Words,
        ["grok-2"] = Qwen2Words,
        ["bailingmoe"] = Qwen2Words,
        ["bailingmoe2"] = Qwen2Words,
        ["llada-moe"] = Qwen2Words,
        ["megrez"] = Qwen2Words with { Rules = Clean },
        ["stablelm2"] = Qwen2Words with { Rules = Clean },
        ["laguna"] = new([Lines, Qwen2], Exact),
        ["qwen35"] = new([new Llama3Rule { MaxDigits = 1, MarksInWords = true }], Exact),
        ["seed-coder"] = new([new Llama3Rule { MaxDigits = 1, Tail = PunctuationTail.None }], Exact),
        ["exaone-moe"] = new([new PhraseRule { MaxDigits = 1, Tail = PunctuationTail.LineBreakOrSlash }], Clean),
        ["gpt-4o"] = Gpt4oWords,
        ["llama4"] = Gpt4oWords,
        ["kanana2"] = Gpt4oWords,
        ["talkie"] = Gpt4oWords,
        ["minimax-m2"] = Gpt4oWords,
        ["tekken"] = new([Cased(maxDigits: 1, contractions: false)], Exact with { IgnoreMerges = true, AddBos = true }),
        ["granite-embed-multi-97m"] = new([Cased(maxDigits: 3, contractions: true, marksInWords: true)], Exact with { IgnoreMerges = true }),
        ["tiny_aya"] = TinyAyaWords,
        ["cohere2moe"] = TinyAyaWords,
        ["youtu"] = new(
            [new ScriptRule(ScriptRanges.Hangul, ScriptRanges.ChinesePunctuation, ScriptRanges.Bopomofo, ScriptRanges.ChineseAndKana), Suffixed(maxDigits: 1)],
            Exact with { IgnoreMerges = true }),
        ["kimi-k2"] = new([new SuffixedWordRule { MaxDigits = 3, HanApart = true }], Exact),
        ["superbpe"] = new([Digits, new DigitGroupRule()], Exact),
        ["falcon"] = new([new RunRule(c => IsPunctuationOfDefault(c) || c == '`'), Gpt2, ThreeDigits], Clean),
        ["chameleon"] = new(
            [ChameleonRules.Sentinel, ChameleonRules.Image, ChameleonRules.Indent, Digit, new RunRule(IsPunctuationOfChameleon) { MaxLength = 1 }, Gpt2],
            Exact with { AddBos = true }),
        ["deepseek-llm"] = new(
            [LineBreak,
                new RunRule(ScriptRanges.DeepSeekLetters.Contains) { Prefix = CharacterClasses.IsWhiteSpace },
                new RunRule(ScriptRanges.DeepSeekPunctuation.Contains) { Prefix = CharacterClasses.IsWhiteSpace },
                new TrailingSpaceRule(), Ideographs, Digits],
            Exact),
        ["deepseek-coder"] = new(
            [LineBreak,
                new RunRule(CharacterClasses.IsLetter) { Prefix = CharacterClasses.IsWhiteSpace },
                new RunRule(IsPunctuation) { Prefix = CharacterClasses.IsWhiteSpace },
                Ideographs, Digit],
            Exact),
        ["deepseek-v3"] = DeepSeek3Words,
        ["hunyuan-dense"] = DeepSeek3Words,
        ["joyai-llm"] = DeepSeek3Words,
        ["afmoe"] = new([new NumberGroupRule(), new RunRule(ScriptRanges.Unspaced.Contains), new DeepSeek3Rule()], Exact),
        ["gemma4"] = GemmaWords,
        ["granite-embed-multi-311m"] = GemmaWords,
        ["sarvam-moe"] = new([Lines], Exact with { EscapeSpaces = true }) { ByteLevel = false },
        ["whitespace"] = new([new RunRule(c => !CharacterClasses.IsWhiteSpace(c))], Clean) { ByteLevel = false },
    };

    private static CasedWordRule Cased(int maxDigits, bool contractions, bool marksInWords = false) => new()
    {
        MaxDigits = maxDigits,
        Contractions = contractions,
        MarksInWords = marksInWords,
        Tail = PunctuationTail.LineBreaksAndSlashes,
    };

    private static SuffixedWordRule Suffixed(int maxDigits) => new() { MaxDigits = maxDigits, Tail = PunctuationTail.LineBreaksAndSlashes };

    private static bool IsPunctuation(int codePoint) => CharacterClasses.Of(codePoint) == CharacterClass.Punctuation;

    // [\p{P}$+<=>^~|]
    private static bool IsPunctuationOfDefault(int codePoint) =>
        IsPunctuation(codePoint) || codePoint is '$' or '+' or '<' or '=' or '>' or '^' or '~' or '|';

    // [\p{P}!-/:-@\[-`{-~]
    private static bool IsPunctuationOfChameleon(int codePoint) =>
        IsPunctuation(codePoint) || codePoint < 0x80 && CharacterClasses.Of(codePoint) == CharacterClass.Symbol;

    // [^(\s|.,!?…。，、।۔،)]
    private static bool IsUnpunctuated(int codePoint) =>
        codePoint is not ('(' or ')' or '|' or '.' or ',' or '!' or '?' or 0x2026 or 0x3002 or 0xFF0C or 0x3001 or 0x964 or 0x6D4 or 0x60C)
        && !CharacterClasses.IsWhiteSpace(codePoint);
}
