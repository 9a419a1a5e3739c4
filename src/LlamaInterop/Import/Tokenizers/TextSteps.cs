namespace LlamaInterop.Import.Tokenizers;

/// <summary>What a <c>tokenizer.json</c> does to text before the model sees it: its normalizers and pre-tokenizers, sequences unrolled.</summary>
internal sealed record TextSteps(IReadOnlyList<JsonValue> Normalizers, IReadOnlyList<JsonValue> PreTokenizers, IReadOnlyList<JsonValue> Decoders)
{
    private const int MaxSteps = 64;

    public static TextSteps Read(JsonValue root) => new(
        Unroll(root, "normalizer", "normalizers"),
        Unroll(root, "pre_tokenizer", "pretokenizers"),
        Unroll(root, "decoder", "decoders"));

    /// <summary>The type of a step.</summary>
    public static string TypeOf(JsonValue step) => step.Get("type").Text;

    /// <summary>The first step of a type, if there is one.</summary>
    public static JsonValue? Find(IEnumerable<JsonValue> steps, string type)
    {
        foreach (var step in steps)
        {
            if (TypeOf(step) == type)
                return step;
        }
        return null;
    }

    /// <summary>Whether a member of a step is true.</summary>
    public static bool IsTrue(JsonValue step, string name, bool absent = false) => step.Find(name)?.Truth ?? absent;

    /// <summary>What a step looks for: a regular expression, or a plain text, which is quoted.</summary>
    public static string PatternOf(JsonValue step)
    {
        var pattern = step.Get("pattern");
        return pattern.Find("Regex") is { } regex ? RegexSpelling.Normalize(regex.Text) : $"'{pattern.Get("String").Text}'";
    }

    private static List<JsonValue> Unroll(JsonValue root, string name, string members)
    {
        var steps = new List<JsonValue>();
        var pending = new Stack<JsonValue>();
        if (root.Find(name) is { } first)
            pending.Push(first);
        while (pending.TryPop(out var step))
        {
            if (TypeOf(step) != "Sequence")
                steps.Add(step);
            else
            {
                foreach (var member in step.Get(members).Items.Reverse())
                    pending.Push(member);
            }
            if (steps.Count + pending.Count > MaxSteps)
                throw root.Refuse(ImportCheck.Limit, $"{name} has more than {MaxSteps} steps");
        }
        return steps;
    }
}
