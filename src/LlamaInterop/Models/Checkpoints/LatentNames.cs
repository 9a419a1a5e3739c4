namespace LlamaInterop.Models.Checkpoints;

/// <summary>The names of attention over compressed rows (DeepSeek-AI 2024), less the prefix "model." and what makes keys and values of the rows.</summary>
internal static class LatentNames
{
    /// <summary>Queries, whole or compressed, the compressed rows, and the output.</summary>
    public static readonly TensorRule[] Attention =
    [
        new("layers.*.self_attn.q_proj.weight", "blk.*.attn_q.weight"),
        new("layers.*.self_attn.q_a_proj.weight", "blk.*.attn_q_a.weight"),
        new("layers.*.self_attn.q_a_layernorm.weight", "blk.*.attn_q_a_norm.weight"),
        new("layers.*.self_attn.q_b_proj.weight", "blk.*.attn_q_b.weight"),
        new("layers.*.self_attn.kv_a_proj_with_mqa.weight", "blk.*.attn_kv_a_mqa.weight"),
        new("layers.*.self_attn.kv_a_layernorm.weight", "blk.*.attn_kv_a_norm.weight"),
        new("layers.*.self_attn.o_proj.weight", "blk.*.attn_output.weight"),
    ];
}
