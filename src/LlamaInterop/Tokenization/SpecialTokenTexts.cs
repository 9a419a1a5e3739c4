namespace LlamaInterop.Tokenization;

/// <summary>The texts by which tokens of a role are known, for files whose metadata does not name them.</summary>
/// <remarks>The lists agree with llama.cpp's, so that generation ends where it ends there.</remarks>
internal static class SpecialTokenTexts
{
    public static readonly string[] EndOfTurn =
    [
        "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>", "<EOT>", "_<EOT>", "[EOT]",
        "<｜end▁of▁sentence｜>", "<end_of_utterance>",
    ];

    public static readonly string[] EndOfMessage = ["<|eom_id|>"];

    public static readonly string[] FimPrefix =
    [
        "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>", "<|code_prefix|>", "<|prefix|>",
    ];

    public static readonly string[] FimSuffix =
    [
        "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>", "<|code_suffix|>", "<|suffix|>",
    ];

    public static readonly string[] FimMiddle =
    [
        "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>", "<|code_middle|>", "<|middle|>",
    ];

    public static readonly string[] FimPad = ["<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"];

    public static readonly string[] FimRepository = ["<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"];

    public static readonly string[] FimSeparator = ["<|file_sep|>"];

    /// <summary>Each of these ends generation, wherever the file puts it.</summary>
    public static readonly string[] EndOfGeneration =
    [
        "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "<end_of_turn>", "<|endoftext|>", "</s>",
        "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>", "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>",
        "<｜end▁of▁sentence｜>", "[e~[",
    ];

    /// <summary>Marks between the channels of one answer; their text is kept even where control tokens are left out.</summary>
    public static readonly string[] Channel = ["<|channel|>", "<|message|>", "<|start|>", "<|constrain|>"];
}
