namespace LlamaInterop.Compute;

/// <summary>What varies between the attention of one family and another; see ATTENTION in llamakernels.h.</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KvHeads">Key and value heads; divides <paramref name="Heads"/>.</param>
/// <param name="Scale">Factor of q·k.</param>
/// <param name="Window">Extent of what a query sees; 0 for all.</param>
/// <param name="SoftCap">c of c·tanh(score / c); 0 for none.</param>
/// <param name="AlibiMaxBias">Max bias of ALiBi (Press et al. 2022); 0 for none.</param>
/// <param name="Causal">Whether keys after the query are hidden.</param>
/// <param name="WindowKind">What the window means.</param>
internal readonly record struct AttentionOptions(
    int Heads, int KvHeads, float Scale, int Window = 0, float SoftCap = 0, float AlibiMaxBias = 0, bool Causal = true,
    WindowKind WindowKind = WindowKind.SLIDING)
{
    /// <summary>[heads]: a logit per head that takes part in the softmax and brings no value; null for none.</summary>
    public Tensor? Sinks { get; init; }

    /// <summary>[heads, buckets]: biases by bucketed distance (Raffel et al. 2020); null for none.</summary>
    public Tensor? RelativeBias { get; init; }

    /// <summary>Distance from which on all keys share the last bucket.</summary>
    public int RelativeMaxDistance { get; init; }
}
