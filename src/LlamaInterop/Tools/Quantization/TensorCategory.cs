namespace LlamaInterop.Tools;

/// <summary>What a tensor does, as far as the choice of its type depends on it.</summary>
internal enum TensorCategory
{
    Other,
    TokenEmbedding,
    Output,
    AttentionQuery,
    AttentionKey,
    /// <summary>Values, or a matrix that holds them among others.</summary>
    AttentionValue,
    AttentionOutput,
    FeedForwardUp,
    FeedForwardGate,
    FeedForwardDown,
}

/// <summary>Tells categories by name.</summary>
internal static class TensorCategories
{
    /// <summary>Parts of names; the first that is found counts.</summary>
    private static readonly (string Part, TensorCategory Category)[] Parts =
    [
        ("attn_qkv.weight", TensorCategory.AttentionValue),
        ("attn_kv_b.weight", TensorCategory.AttentionValue),
        ("attn_v.weight", TensorCategory.AttentionValue),
        ("attn_k.weight", TensorCategory.AttentionKey),
        ("attn_q.weight", TensorCategory.AttentionQuery),
        ("attn_output.weight", TensorCategory.AttentionOutput),
        ("ffn_up", TensorCategory.FeedForwardUp),
        ("ffn_gate", TensorCategory.FeedForwardGate),
        ("ffn_down", TensorCategory.FeedForwardDown),
    ];

    public static TensorCategory Of(string name) => name switch
    {
        "output.weight" => TensorCategory.Output,
        "token_embd.weight" or "per_layer_token_embd.weight" => TensorCategory.TokenEmbedding,
        _ => ByPart(name),
    };

    private static TensorCategory ByPart(string name)
    {
        foreach (var (part, category) in Parts)
        {
            if (name.Contains(part, StringComparison.Ordinal))
                return category;
        }
        return TensorCategory.Other;
    }
}
