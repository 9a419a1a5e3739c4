namespace LlamaInterop.Tools;

/// <summary>Which tensors are never quantized: vectors, norms, and matrices that are small or delicate.</summary>
/// <remarks>The list is that of llama.cpp's <c>tensor_allows_quantization</c>.</remarks>
internal static class KeptTensors
{
    private static readonly string[] Names = ["position_embd.weight", "token_types.weight"];

    private static readonly string[] Parts =
    [
        "_norm.weight",
        "ffn_gate_inp.weight",
        "ffn_gate_tid2eid.weight",
        "altup", "laurel", "per_layer_model_proj",
        "ssm_conv1d", "shortconv.conv.weight",
        "indexer.k_proj.weight", "indexer.q_proj.weight",
        "time_mix_first.weight",
        "time_mix_w0.weight", "time_mix_w1.weight", "time_mix_w2.weight",
        "time_mix_v0.weight", "time_mix_v1.weight", "time_mix_v2.weight",
        "time_mix_a0.weight", "time_mix_a1.weight", "time_mix_a2.weight",
        "time_mix_g1.weight", "time_mix_g2.weight",
        "time_mix_decay_w1.weight", "time_mix_decay_w2.weight", "time_mix_lerp_fused.weight",
        "attn_rel_b.weight",
        ".position_embd", "sam.pos_embd", "sam.neck.", "sam.net_", ".rel_pos", ".patch_embd", ".patch_merger",
        "a.rvq.codebook", "mm.a.code_embd",
    ];

    /// <summary>Whether a tensor of this name and these dimensions stays as it is.</summary>
    public static bool Holds(string name, ReadOnlySpan<long> dimensions) =>
        IsVector(dimensions)
        || !name.EndsWith("weight", StringComparison.Ordinal)
        || Names.Contains(name)
        || Parts.Any(part => name.Contains(part, StringComparison.Ordinal));

    private static bool IsVector(ReadOnlySpan<long> dimensions)
    {
        foreach (long dimension in dimensions[1..])
        {
            if (dimension != 1)
                return false;
        }
        return true;
    }
}
