using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// DBRX (Databricks 2024): layer norms without bias, one matrix for q, k and v whose results are clamped, experts in every layer. The
/// norm before the experts is called "attn_output_norm".
/// </summary>
internal static class Dbrx
{
    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NEOX);
        float clamp = p.Float("attention.clamp_kqv", 0);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: true);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary, Clamp = clamp });
            return new Layer(i, attention, new ExpertFeedForward(source, i, experts))
            {
                MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", p.EmbeddingLength, NormKind.Layer),
                FeedForwardNorm = Norm.Load(source, $"blk.{i}.attn_output_norm", p.EmbeddingLength, NormKind.Layer),
            };
        });
    }

    /// <summary>DbrxForCausalLM: all experts of a layer one below the other, and their sizes in sections of their own.</summary>
    /// <exception cref="ModelException">A section is missing.</exception>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        ModelConfig attention = config.Section("attn_config") ?? throw config.Refuse("attn_config", "is missing");
        ModelConfig feedForward = config.Section("ffn_config") ?? throw config.Refuse("ffn_config", "is missing");
        int experts = feedForward.Int("moe_num_experts"), width = feedForward.Int("ffn_hidden_size");
        HyperParameterWriter keys = DecoderKeys.Of("dbrx", config);
        keys.Set("feed_forward_length", width);
        keys.Set("attention.head_count_kv", attention.IntOr(DecoderKeys.Heads(config), "kv_n_heads"));
        keys.Set("attention.layer_norm_epsilon", 1e-5f);
        keys.Set("rope.freq_base", attention.FloatOr(10000, "rope_theta"));
        keys.Set("expert_count", experts);
        keys.Set("expert_used_count", feedForward.Int("moe_top_k"));
        DecoderKeys.SetNumberIfThere(keys, attention, "attention.clamp_kqv", "clip_qkv");
        const string around = "blocks.*.norm_attn_norm";
        TensorChange byExpert = new NewShape(experts, width, DecoderKeys.Width(config));
        return new CheckpointMap(keys,
        [
            new("wte.weight", "token_embd.weight"),
            new("norm_f.weight", "output_norm.weight"),
            new("lm_head.weight", "output.weight"),
            new($"{around}.norm_1.weight", "blk.*.attn_norm.weight"),
            new($"{around}.norm_2.weight", "blk.*.attn_output_norm.weight"),
            new($"{around}.attn.Wqkv.weight", "blk.*.attn_qkv.weight"),
            new($"{around}.attn.out_proj.weight", "blk.*.attn_output.weight"),
            new("blocks.*.ffn.router.layer.weight", "blk.*.ffn_gate_inp.weight"),
            new("blocks.*.ffn.experts.mlp.w1", "blk.*.ffn_gate_exps.weight", byExpert),
            new("blocks.*.ffn.experts.mlp.v1", "blk.*.ffn_up_exps.weight", byExpert),
            new("blocks.*.ffn.experts.mlp.w2", "blk.*.ffn_down_exps.weight", byExpert, new SwappedAxes(1, 2)),
        ])
        {
            Prefixes = ["transformer."],
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
