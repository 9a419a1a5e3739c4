namespace LlamaInterop;

/// <summary>Where the time of a generation went.</summary>
/// <param name="PromptTokens">Tokens of the prompt that were computed.</param>
/// <param name="Prompt">Time of the steps up to the first generated token.</param>
/// <param name="EvaluatedTokens">Tokens that were computed after the prompt, one a step.</param>
/// <param name="Evaluation">Time of those steps.</param>
/// <param name="SampledTokens">Tokens chosen.</param>
/// <param name="Sampling">Time of choosing them.</param>
public readonly record struct GenerationTimings(
    int PromptTokens, TimeSpan Prompt, int EvaluatedTokens, TimeSpan Evaluation, int SampledTokens, TimeSpan Sampling);
