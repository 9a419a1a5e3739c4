using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>What a step computes of its tokens.</summary>
internal enum Pass
{
    /// <summary>The model's logits.</summary>
    Logits,

    /// <summary>The model's logits, and the sums of squares of what its weights are multiplied by.</summary>
    Calibration,

    /// <summary>The model's hidden states after the final norm.</summary>
    HiddenStates,

    /// <summary>An encoder-decoder's encoder: its hidden states, and the caches that cross-attention reads.</summary>
    Encoder,
}

/// <summary>What follows from a <see cref="Pass"/>.</summary>
internal static class Passes
{
    /// <summary>Which of a sequence's caches the step's tokens enter.</summary>
    public static CacheScope Scope(this Pass pass) => pass == Pass.Encoder ? CacheScope.Encoder : CacheScope.Sequence;
}
