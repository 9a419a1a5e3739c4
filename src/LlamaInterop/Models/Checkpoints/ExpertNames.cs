namespace LlamaInterop.Models.Checkpoints;

/// <summary>The names of experts in transformers, less the prefix "model.".</summary>
internal static class ExpertNames
{
    /// <summary>Mixtral's.</summary>
    public static readonly TensorRule[] Mixtral =
    [
        new("layers.*.block_sparse_moe.gate.weight", "blk.*.ffn_gate_inp.weight"),
        new("layers.*.block_sparse_moe.experts.#.w1.weight", "blk.*.ffn_gate_exps.weight"),
        new("layers.*.block_sparse_moe.experts.#.w2.weight", "blk.*.ffn_down_exps.weight"),
        new("layers.*.block_sparse_moe.experts.#.w3.weight", "blk.*.ffn_up_exps.weight"),
    ];

    /// <summary>Qwen's, OLMoE's and DeepSeek's: each by itself.</summary>
    public static readonly TensorRule[] Separate =
    [
        new("layers.*.mlp.gate.weight", "blk.*.ffn_gate_inp.weight"),
        new("layers.*.mlp.experts.#.gate_proj.weight", "blk.*.ffn_gate_exps.weight"),
        new("layers.*.mlp.experts.#.up_proj.weight", "blk.*.ffn_up_exps.weight"),
        new("layers.*.mlp.experts.#.down_proj.weight", "blk.*.ffn_down_exps.weight"),
    ];

    /// <summary>The same as newer versions of transformers store them: all in one, gate and up too.</summary>
    /// <param name="width">Inner width of an expert.</param>
    public static TensorRule[] Stacked(int width) =>
    [
        new("layers.*.mlp.experts.gate_up_proj", "blk.*.ffn_gate_exps.weight", new SlicedAxis(1, 0, width)),
        new("layers.*.mlp.experts.gate_up_proj", "blk.*.ffn_up_exps.weight", new SlicedAxis(1, width, width)),
        new("layers.*.mlp.experts.down_proj", "blk.*.ffn_down_exps.weight"),
    ];

    /// <summary>Qwen's shared expert, behind a gate of its own.</summary>
    public static readonly TensorRule[] Shared =
    [
        new("layers.*.mlp.shared_expert_gate.weight", "blk.*.ffn_gate_inp_shexp.weight"),
        new("layers.*.mlp.shared_expert.gate_proj.weight", "blk.*.ffn_gate_shexp.weight"),
        new("layers.*.mlp.shared_expert.up_proj.weight", "blk.*.ffn_up_shexp.weight"),
        new("layers.*.mlp.shared_expert.down_proj.weight", "blk.*.ffn_down_shexp.weight"),
    ];

    /// <summary>DeepSeek's shared experts, as one.</summary>
    public static readonly TensorRule[] SharedWithoutGate =
    [
        new("layers.*.mlp.shared_experts.gate_proj.weight", "blk.*.ffn_gate_shexp.weight"),
        new("layers.*.mlp.shared_experts.up_proj.weight", "blk.*.ffn_up_shexp.weight"),
        new("layers.*.mlp.shared_experts.down_proj.weight", "blk.*.ffn_down_shexp.weight"),
    ];

    /// <summary>What is added to scores as experts are chosen.</summary>
    public static readonly TensorRule[] SelectionBias = [new("layers.*.mlp.gate.e_score_correction_bias", "blk.*.exp_probs_b.bias")];

    /// <summary>Qwen's, however they are stored.</summary>
    public static TensorRule[] Qwen(ModelConfig config) => [.. Separate, .. Stacked(config.Int("moe_intermediate_size")), .. Shared];
}
