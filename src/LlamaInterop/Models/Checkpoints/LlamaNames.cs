namespace LlamaInterop.Models.Checkpoints;

/// <summary>The names of Llama's tensors in transformers, which most later families share, less the prefix "model.".</summary>
internal static class LlamaNames
{
    /// <summary>Token table and output head.</summary>
    public static readonly TensorRule[] Tables =
    [
        new("embed_tokens.weight", "token_embd.weight"),
        new("lm_head.@", "output.@"),
    ];

    /// <summary>The norm after the layers.</summary>
    public static readonly TensorRule[] FinalNorm = [new("norm.@", "output_norm.@")];

    /// <summary>What stands around the layers.</summary>
    public static readonly TensorRule[] Outer = [.. Tables, .. FinalNorm];

    /// <summary>The norms before attention and before the feed-forward.</summary>
    public static readonly TensorRule[] PreNorms =
    [
        new("layers.*.input_layernorm.@", "blk.*.attn_norm.@"),
        new("layers.*.post_attention_layernorm.@", "blk.*.ffn_norm.@"),
    ];

    /// <summary>The norms before and after attention and the feed-forward.</summary>
    public static readonly TensorRule[] PreAndPostNorms =
    [
        new("layers.*.input_layernorm.@", "blk.*.attn_norm.@"),
        new("layers.*.post_attention_layernorm.@", "blk.*.post_attention_norm.@"),
        new("layers.*.pre_feedforward_layernorm.@", "blk.*.ffn_norm.@"),
        new("layers.*.post_feedforward_layernorm.@", "blk.*.post_ffw_norm.@"),
    ];

    /// <summary>The norms after attention and after the feed-forward alone.</summary>
    public static readonly TensorRule[] PostNorms =
    [
        new("layers.*.post_attention_layernorm.@", "blk.*.post_attention_norm.@"),
        new("layers.*.post_feedforward_layernorm.@", "blk.*.post_ffw_norm.@"),
    ];

    /// <summary>The norms before attention and the feed-forward, of which some files name the second after where it stands.</summary>
    public static readonly TensorRule[] LatePreNorms =
    [
        new("layers.*.input_layernorm.@", "blk.*.attn_norm.@"),
        new("layers.*.post_attention_layernorm.@", "blk.*.post_attention_norm.@"),
    ];

    /// <summary>Attention whose rotation is of halves.</summary>
    public static readonly TensorRule[] Attention =
    [
        new("layers.*.self_attn.q_proj.@", "blk.*.attn_q.@"),
        new("layers.*.self_attn.k_proj.@", "blk.*.attn_k.@"),
        .. Values,
    ];

    /// <summary>Norms of q and k.</summary>
    public static readonly TensorRule[] HeadNorms =
    [
        new("layers.*.self_attn.q_norm.@", "blk.*.attn_q_norm.@"),
        new("layers.*.self_attn.k_norm.@", "blk.*.attn_k_norm.@"),
    ];

    /// <summary>The gated feed-forward.</summary>
    public static readonly TensorRule[] FeedForward =
    [
        new("layers.*.mlp.gate_proj.@", "blk.*.ffn_gate.@"),
        new("layers.*.mlp.up_proj.@", "blk.*.ffn_up.@"),
        new("layers.*.mlp.down_proj.@", "blk.*.ffn_down.@"),
    ];

    /// <summary>The feed-forward without a gate.</summary>
    public static readonly TensorRule[] UngatedFeedForward =
    [
        new("layers.*.mlp.up_proj.@", "blk.*.ffn_up.@"),
        new("layers.*.mlp.down_proj.@", "blk.*.ffn_down.@"),
    ];

    /// <summary>A decoder of Llama's layers whose rotation is of halves.</summary>
    public static readonly TensorRule[] Decoder = [.. Outer, .. PreNorms, .. Attention, .. FeedForward];

    private static TensorRule[] Values =>
    [
        new("layers.*.self_attn.v_proj.@", "blk.*.attn_v.@"),
        new("layers.*.self_attn.o_proj.@", "blk.*.attn_output.@"),
    ];

    /// <summary>Attention whose rotation is of neighbours: the rows of q and k are permuted.</summary>
    public static TensorRule[] PermutedAttention(ModelConfig config) =>
    [
        new("layers.*.self_attn.q_proj.@", "blk.*.attn_q.@", TensorChange.PermuteHeads(DecoderKeys.Heads(config))),
        new("layers.*.self_attn.k_proj.@", "blk.*.attn_k.@", TensorChange.PermuteHeads(DecoderKeys.KvHeads(config))),
        .. Values,
    ];

    /// <summary>A decoder of Llama's layers whose rotation is of neighbours.</summary>
    public static TensorRule[] PermutedDecoder(ModelConfig config) => [.. Outer, .. PreNorms, .. PermutedAttention(config), .. FeedForward];

    /// <summary>The same rows with changes added.</summary>
    public static TensorRule[] With(this TensorRule[] rules, params TensorChange[] changes) =>
        [.. rules.Select(rule => rule with { Changes = [.. rule.Changes, .. changes] })];
}
