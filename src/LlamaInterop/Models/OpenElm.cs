using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// OpenELM (Mehta et al. 2024): layers as Qwen 3's, but each with as many heads and as wide a feed-forward as its place asks for. Here is
/// how its checkpoints name them; <see cref="Qwen3"/> runs them.
/// </summary>
internal static class OpenElm
{
    private const float Epsilon = 1e-6f;

    /// <summary>OpenELMForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        int width = config.Int("model_dim"), layers = config.Int("num_transformer_layers"), headLength = config.Int("head_dim");
        int[] inner = FeedForwards(config, width);
        var keys = new HyperParameterWriter("openelm");
        keys.Set("block_count", layers);
        keys.Set("context_length", config.Int("max_context_length"));
        keys.Set("embedding_length", width);
        keys.Set("feed_forward_length", OfLayers(config, "ffn_multipliers", inner, layers));
        keys.Set("attention.head_count", OfLayers(config, "num_query_heads", config.Ints("num_query_heads"), layers));
        keys.Set("attention.head_count_kv", OfLayers(config, "num_kv_heads", config.Ints("num_kv_heads"), layers));
        keys.Set("attention.key_length", headLength);
        keys.Set("attention.value_length", headLength);
        keys.Set("attention.layer_norm_rms_epsilon", Epsilon);
        keys.Set("rope.freq_base", config.FloatOr(10000, "rope_freq_constant"));
        keys.Set("rope.dimension_count", headLength);
        return new CheckpointMap(keys,
        [
            new("token_embeddings.weight", "token_embd.weight"),
            new("lm_head.weight", "output.weight"),
            .. LlamaNames.FinalNorm,
            new("layers.*.attn_norm.weight", "blk.*.attn_norm.weight"),
            new("layers.*.attn.qkv_proj.weight", "blk.*.attn_qkv.weight"),
            new("layers.*.attn.q_norm.weight", "blk.*.attn_q_norm.weight"),
            new("layers.*.attn.k_norm.weight", "blk.*.attn_k_norm.weight"),
            new("layers.*.attn.out_proj.weight", "blk.*.attn_output.weight"),
            new("layers.*.ffn_norm.weight", "blk.*.ffn_norm.weight"),
            new("layers.*.ffn.proj_2.weight", "blk.*.ffn_down.weight"),
            .. LayerRules.Of(config, layers, i =>
            [
                new TensorRule("layers.*.ffn.proj_1.weight", "blk.*.ffn_gate.weight", TensorChange.Rows(0, inner[i])),
                new TensorRule("layers.*.ffn.proj_1.weight", "blk.*.ffn_up.weight", TensorChange.Rows(inner[i], inner[i])),
            ]),
        ])
        {
            Prefixes = ["transformer."],
            Dropped = config.BoolOr(true, "share_input_output_layers") ? ["lm_head.weight"] : [],
        };
    }

    /// <summary>The width times each layer's number, rounded to a multiple of the divisor, but never down by more than a tenth.</summary>
    private static int[] FeedForwards(ModelConfig config, int width)
    {
        const double least = 0.9;
        int divisor = config.IntOr(256, "ffn_dim_divisor");
        if (divisor == 0)
            throw config.Refuse("ffn_dim_divisor", "is 0");
        return [.. config.Floats("ffn_multipliers").Select(Round)];

        int Round(float multiplier)
        {
            if (multiplier is <= 0 or > 1024)
                throw config.Refuse("ffn_multipliers", $"has {multiplier}, but must be above 0 and at most 1024");
            double exact = (double)(decimal)multiplier * width;
            long rounded = Math.Max(divisor, (long)(exact + (divisor / 2.0)) / divisor * divisor);
            return config.Computed("ffn_multipliers", rounded < least * exact ? rounded + divisor : rounded);
        }
    }

    private static int[] OfLayers(ModelConfig config, string name, int[] values, int layers) =>
        values.Length == layers ? values : throw config.Refuse(name, $"has {values.Length} numbers for {layers} layers");
}
