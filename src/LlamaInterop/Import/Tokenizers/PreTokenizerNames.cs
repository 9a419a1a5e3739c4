using LlamaInterop.Tokenization;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Finds the <c>tokenizer.ggml.pre</c> that cuts text as the pre-tokenizers of a <c>tokenizer.json</c> do, by what they say.</summary>
/// <remarks>llama.cpp's converter asks for the ids of a text instead, and knows models one by one; this knows their rules.</remarks>
internal static class PreTokenizerNames
{
    /// <summary>Byte-pair encoding of characters that cuts text at line ends only.</summary>
    public const string Characters = "sarvam-moe";

    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string Spaces = @"\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Letters = @"[^\r\n\p{L}\p{N}]?\p{L}+";
    private const string Symbols = @" ?[^\s\p{L}\p{N}]+[\r\n]*";
    private const string Llama3 = Contractions + "|" + Letters + @"|\p{N}{1,3}|" + Symbols + "|" + Spaces;
    private const string Qwen2 = Contractions + "|" + Letters + @"|\p{N}|" + Symbols + "|" + Spaces;
    private const string Upper = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    private const string Lower = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";
    private const string LowerOfO200k = @"[\p{Ll}\p{Lo}\p{M}]";
    private const string Han = @"[一-龥ࠀ-一가-퟿]+";
    private const string AsciiMarks = @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]";
    private const string DeepSeek3 = AsciiMarks + @"[A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|" + Spaces;
    private const string ExaoneMoe =
        Contractions + @"|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|" + Spaces;

    private const string Jais2 = Contractions + "|" + Letters + @"|\p{N}{1,3}|" + Symbols + @"|\s*[\r\n]+|\s{512}(?!\S)|\s{256}(?!\S)|"
        + @"\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1}";

    private const string Youtu = "[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|[一-龥぀-ゟ゠-ヿ]+";

    // Of several names that cut alike, the first whose other rules fit is taken.
    private static readonly (string Name, string[] Steps)[] Known =
    [
        ("gpt-2", [Gpt2]),
        ("trillion", [Gpt2]),
        ("starcoder", [@"\p{N}", Gpt2]),
        ("smollm", [@"\p{N}", Gpt2]),
        ("bloom", [@" ?[^(\s|[.,!?…。，、।۔،])]+"]),
        ("poro-chat", [@" ?[^(\s|[.,!?…。，、।۔،])]+"]),
        ("bloom", [@" ?[^(\s|.,!?…。，、।۔،)]+"]),
        ("poro-chat", [@" ?[^(\s|.,!?…。，、।۔،)]+"]),
        ("viking", [@" ?[^(\s|[.,!?…。，、।۔،])]+", @"\p{N}"]),
        ("llama-bpe", [Llama3]),
        ("smaug-bpe", [Llama3]),
        ("jais-2", [Jais2]),
        ("minicpm5", [@"\p{N}{1,3}", Contractions + "|" + Letters + @"|\p{N}+|" + Symbols + "|" + Spaces]),
        ("qwen2", [Qwen2]),
        ("stablelm2", [Qwen2]),
        ("laguna", [@"[^\n]+|[\n]+", Qwen2]),
        ("qwen35", [Contractions + @"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|" + Spaces]),
        ("seed-coder", [Contractions + "|" + Letters + @"|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|" + Spaces]),
        ("exaone-moe", [ExaoneMoe]),
        ("gpt-4o", [Cased(Lower, Contractions + "?", @"\p{N}{1,3}")]),
        ("granite-embed-multi-97m", [Cased(Lower, Contractions + "?", @"\p{N}{1,3}")]),
        ("gpt-4o", [Cased(LowerOfO200k, Contractions + "?", @"\p{N}{1,3}")]),
        ("tekken", [Cased(Lower, "", @"\p{N}")]),
        ("tiny_aya", [@"\d{1,3}(?=(?:\d{3})*\b)", Cased(Lower, Contractions + "?", @"\p{N}{1,3}")]),
        ("youtu", [Youtu, Cased(Lower, Contractions + "?", @"\p{N}")]),
        ("superbpe", [@"\p{N}+", @"(?=(\d{3})+(?!\d))"]),
        ("falcon", ["Punctuation", Gpt2, @"\p{N}+", @"\d{3}"]),
        ("deepseek-coder", [@"[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", Han, @"\p{N}"]),
        ("deepseek-v3", [@"\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+", DeepSeek3]),
    ];

    /// <summary>The name; where none is known, <c>default</c>, and a warning that gives the rules.</summary>
    public static string Find(TextSteps steps, VocabularyDraft draft, bool ignoresMerges, bool? cleansSpaces, ICollection<string> warnings)
    {
        string[] words = [.. steps.PreTokenizers.SelectMany(Describe)];
        if (words.Length == 0)
        {
            draft.ExactKeys.Add(ExactKeys.WholeText);
            warnings.Add($"tokenizer.ggml.pre: text is not cut into words; '{PreTokenizer.DefaultName}' is written for other programs, which cut it");
            return PreTokenizer.DefaultName;
        }
        string[] names = [.. Known.Where(known => known.Steps.SequenceEqual(words)).Select(known => known.Name)];
        if (names.Length == 0)
        {
            warnings.Add($"tokenizer.ggml.pre: no pre-tokenizer cuts as {string.Join(", then ", words)}; "
                + $"'{PreTokenizer.DefaultName}' is written, which may give other tokens");
            return PreTokenizer.DefaultName;
        }
        var fitting = names.Where(name => PreTokenizer.Named(name).Rules.IgnoreMerges == ignoresMerges).ToArray();
        if (fitting.Length == 0)
        {
            warnings.Add($"tokenizer.ggml.pre: no pre-tokenizer cuts as '{names[0]}' and has ignore_merges = {(ignoresMerges ? "true" : "false")}");
            return names[0];
        }
        return fitting.FirstOrDefault(name => PreTokenizer.Named(name).Rules.CleanSpaces == cleansSpaces, fitting[0]);
    }

    // Words of GPT-4o: the first half in capitals, the second not, or the other way around.
    private static string Cased(string lower, string tail, string digits) =>
        $@"[^\r\n\p{{L}}\p{{N}}]?{Upper}*{lower}+{tail}|[^\r\n\p{{L}}\p{{N}}]?{Upper}+{lower}*{tail}|{digits}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{Spaces}";

    private static IEnumerable<string> Describe(JsonValue step) => TextSteps.TypeOf(step) switch
    {
        "ByteLevel" => TextSteps.IsTrue(step, "use_regex", absent: true) ? [Gpt2] : [],
        "Digits" => [TextSteps.IsTrue(step, "individual_digits") ? @"\p{N}" : @"\p{N}+"],
        "Punctuation" when step.Find("behavior")?.Text == "Contiguous" => ["Punctuation"],
        "Split" when IsolatesMatches(step) => [TextSteps.PatternOf(step)],
        "Split" => [$"{TextSteps.PatternOf(step)} ({step.Get("behavior").Text})"],
        var type => [type],
    };

    // To remove what is between matches that cover the whole text changes nothing.
    private static bool IsolatesMatches(JsonValue step) => (step.Get("behavior").Text, TextSteps.IsTrue(step, "invert"))
        is ("Isolated", false) or ("Removed", true);
}
