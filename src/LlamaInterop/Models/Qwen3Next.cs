using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Qwen 3 Next (Qwen Team 2025): gated delta nets, and attention whose result is gated in every fourth layer; many experts beside a gated
/// shared one. Qwen 3.5 (Qwen Team 2026): the same with or without experts, and value heads tiled over the key heads. The norm before the
/// experts is called "post_attention_norm".
/// </summary>
internal static class Qwen3Next
{
    private const string Scope = "layers.*.linear_attn";

    public static IModel Create(ModelSource source) => Create(source, isTiled: false);

    public static IModel CreateTiled(ModelSource source) => Create(source, isTiled: true);

    private static Decoder Create(ModelSource source, bool isTiled)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: true);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            IMixer mixer = source.Weights.Has($"blk.{i}.ssm_conv1d.weight") ? new GatedDeltaNet(source, i, isTiled) : Attention(source, i, rotary);
            return new Layer(i, mixer, ExpertFeedForward.OrDense(source, i, experts))
            {
                MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", source.Parameters.EmbeddingLength),
                FeedForwardNorm = Norm.Load(source, $"blk.{i}.post_attention_norm", source.Parameters.EmbeddingLength),
            };
        });
    }

    private static AttentionBlock Attention(ModelSource source, int layer, Rotary rotary)
    {
        source.Weights.Vector($"blk.{layer}.attn_q_norm.weight", source.Parameters.KeyLength);
        return new AttentionBlock(source, layer, AttentionVariant.Of(source, layer) with { Rotary = rotary, GatesOutput = true });
    }

    /// <summary>Qwen3NextForCausalLM: q, k, v and the gate of each key head stand together in one tensor.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        int keyHeads = config.Int("linear_num_key_heads"), key = config.Int("linear_key_head_dim");
        int value = config.Int("linear_num_value_heads") / keyHeads * config.Int("linear_value_head_dim");
        const string all = $"{Scope}.in_proj_qkvz.weight";
        return MapOf("qwen3next", config,
        [
            TensorRule.Join(
                "blk.*.attn_qkv.weight",
                new TensorPart(all, TensorChange.Rows(0, key, keyHeads)),
                new TensorPart(all, TensorChange.Rows(key, key, keyHeads)),
                new TensorPart(all, TensorChange.Rows(2 * key, value, keyHeads))),
            new(all, "blk.*.attn_gate.weight", TensorChange.Rows((2 * key) + value, value, keyHeads)),
            new($"{Scope}.in_proj_ba.weight", "blk.*.ssm_ba.weight"),
            new($"{Scope}.conv1d.weight", "blk.*.ssm_conv1d.weight", new NewShape(-1, config.Int("linear_conv_kernel_dim"))),
            new($"{Scope}.dt_bias", "blk.*.ssm_dt.bias"),
            new($"{Scope}.A_log", "blk.*.ssm_a", TensorChange.NegativeExp),
            new($"{Scope}.out_proj.weight", "blk.*.ssm_out.weight"),
            .. ExpertNames.Qwen(config),
        ]);
    }

    /// <summary>Qwen3_5ForConditionalGeneration, text alone.</summary>
    public static CheckpointMap MapOfTiled(ModelConfig config) => MapOf("qwen35", config, TiledNames(config));

    /// <summary>Qwen3_5MoeForConditionalGeneration, text alone.</summary>
    public static CheckpointMap MapOfTiledMoe(ModelConfig config) => MapOf("qwen35moe", config, [.. TiledNames(config), .. ExpertNames.Qwen(config)]);

    /// <summary>The value heads of a key head, neighbours in the checkpoint, come to lie as far apart as there are key heads.</summary>
    private static TensorRule[] TiledNames(ModelConfig config)
    {
        int keyHeads = config.Int("linear_num_key_heads"), valueHeads = config.Int("linear_num_value_heads");
        int keys = 2 * keyHeads * config.Int("linear_key_head_dim"), values = valueHeads * config.Int("linear_value_head_dim");
        TensorChange tiled = Tiled(0);
        TensorChange kernel = new NewShape(-1, config.Int("linear_conv_kernel_dim"));
        const string qkv = $"{Scope}.in_proj_qkv.weight", convolution = $"{Scope}.conv1d.weight";
        return
        [
            TensorRule.Join("blk.*.attn_qkv.weight", new TensorPart(qkv, TensorChange.Rows(0, keys)), new TensorPart(qkv, TensorChange.Rows(keys, values), tiled)),
            new($"{Scope}.in_proj_z.weight", "blk.*.attn_gate.weight", tiled),
            new($"{Scope}.in_proj_a.weight", "blk.*.ssm_alpha.weight", tiled),
            new($"{Scope}.in_proj_b.weight", "blk.*.ssm_beta.weight", tiled),
            TensorRule.Join(
                "blk.*.ssm_conv1d.weight",
                new TensorPart(convolution, kernel, TensorChange.Rows(0, keys)),
                new TensorPart(convolution, kernel, TensorChange.Rows(keys, values), tiled)),
            new($"{Scope}.dt_bias", "blk.*.ssm_dt.bias", tiled),
            new($"{Scope}.A_log", "blk.*.ssm_a", tiled, TensorChange.NegativeExp),
            new($"{Scope}.out_proj.weight", "blk.*.ssm_out.weight", Tiled(1)),
        ];

        TensorChange Tiled(int axis) => new ReorderedAxis(axis, [keyHeads, valueHeads / keyHeads, -1], [1, 0, 2]);
    }

    private static CheckpointMap MapOf(string architecture, ModelConfig config, TensorRule[] others)
    {
        TensorRule[] norms =
        [
            new("norm.weight", "output_norm.weight"),
            new("layers.*.input_layernorm.weight", "blk.*.attn_norm.weight"),
            new("layers.*.post_attention_layernorm.weight", "blk.*.post_attention_norm.weight"),
            .. LlamaNames.HeadNorms,
        ];
        return new CheckpointMap(KeysOf(architecture, config),
        [
            .. LlamaNames.Tables, .. norms.With(TensorChange.AddOne), .. LlamaNames.Attention, .. LlamaNames.FeedForward,
            new($"{Scope}.norm.weight", "blk.*.ssm_norm.weight"),
            .. others,
        ])
        {
            Dropped = ["visual.**", "mtp.**", .. DecoderKeys.TiedHead(config)],
        };
    }

    private static HyperParameterWriter KeysOf(string architecture, ModelConfig config)
    {
        const float defaultPartialFactor = 0.25f;
        HyperParameterWriter keys = DecoderKeys.Of(architecture, config);
        RotaryConfig rotary = RotaryConfig.Of(config);
        keys.Set("ssm.conv_kernel", config.Int("linear_conv_kernel_dim"));
        keys.Set("ssm.state_size", config.Int("linear_key_head_dim"));
        keys.Set("ssm.group_count", config.Int("linear_num_key_heads"));
        keys.Set("ssm.time_step_rank", config.Int("linear_num_value_heads"));
        keys.Set("ssm.inner_size", config.Int("linear_value_head_dim") * config.Int("linear_num_value_heads"));
        keys.Set("full_attention_interval", config.IntOr(4, "full_attention_interval"));
        rotary.WriteDimensions(keys, DecoderKeys.HeadLength(config), defaultPartialFactor);
        if (architecture != "qwen3next")
            keys.Set("rope.dimension_sections", rotary.Sections([11, 11, 10]));
        return keys;
    }
}
