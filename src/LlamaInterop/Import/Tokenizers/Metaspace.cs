namespace LlamaInterop.Import.Tokenizers;

/// <summary>The pre-tokenizer that writes spaces as U+2581.</summary>
internal static class Metaspace
{
    /// <summary>Whether it puts a space before the text.</summary>
    /// <exception cref="ImportException">It writes spaces otherwise, or its scheme is unknown.</exception>
    public static bool AddsSpace(JsonValue step)
    {
        if (step.Find("replacement")?.Text is { } mark and not "\u2581")
            throw step.Refuse(ImportCheck.TokenizerKind, $"{step.Place} writes spaces as '{mark}'; GGUF knows U+2581 only");
        return step.Find("prepend_scheme")?.Text switch
        {
            "always" or "first" => true,
            "never" => false,
            null => TextSteps.IsTrue(step, "add_prefix_space", absent: true),
            var scheme => throw step.Refuse(ImportCheck.Json, $"{step.Place}.prepend_scheme is '{scheme}', not always, first or never"),
        };
    }
}
