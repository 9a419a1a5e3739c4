using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// GPT-2 (Radford et al. 2019): a learned row for each position, layer norms, biases, q, k and v in one matrix, a feed-forward without a
/// gate. StarCoder 1 (Li et al. 2023), which is GPT-BigCode, differs in that all heads share one key and value head.
/// </summary>
internal static class Gpt2
{
    public static IModel Create(ModelSource source) => new Decoder(source, new DecoderOptions { Norm = NormKind.Layer, LearnedPositions = true }, i =>
    {
        var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i));
        return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.GELU_TANH, gated: false), NormKind.Layer);
    });

    /// <summary>GPT2LMHeadModel and GPT2Model, whose matrices are stored [inputs, outputs].</summary>
    public static CheckpointMap MapOf(ModelConfig config) => MapOf("gpt2", config, [], TensorChange.Transpose);

    /// <summary>GPTBigCodeForCausalLM: one key and value head, or, without multi_query, as many as there are, q, k and v of each together.</summary>
    public static CheckpointMap MapOfBigCode(ModelConfig config)
    {
        bool isShared = config.BoolOr(true, "multi_query");
        TensorChange[] heads = isShared ? [] : [new ReorderedAxis(0, [DecoderKeys.Heads(config), 3, -1], [1, 0, 2])];
        CheckpointMap map = MapOf("starcoder", config, heads);
        map.Keys.Set("attention.head_count_kv", isShared ? 1 : DecoderKeys.Heads(config));
        return map;
    }

    private static CheckpointMap MapOf(string architecture, ModelConfig config, TensorChange[] heads, params TensorChange[] matrices)
    {
        HyperParameterWriter keys = DecoderKeys.Of(architecture, config);
        keys.Set("feed_forward_length", config.IntOr(4 * DecoderKeys.Width(config), "n_inner"));
        keys.Set("attention.layer_norm_epsilon", config.FloatOr(1e-5f, "layer_norm_epsilon"));
        return new CheckpointMap(keys,
        [
            new("wte.weight", "token_embd.weight"),
            new("wpe.weight", "position_embd.weight"),
            new("ln_f.@", "output_norm.@"),
            new("lm_head.weight", "output.weight"),
            new("h.*.ln_1.@", "blk.*.attn_norm.@"),
            new("h.*.attn.c_attn.@", "blk.*.attn_qkv.@", [.. matrices, .. heads]),
            new("h.*.attn.c_proj.@", "blk.*.attn_output.@", matrices),
            new("h.*.ln_2.@", "blk.*.ffn_norm.@"),
            new("h.*.mlp.c_fc.@", "blk.*.ffn_up.@", matrices),
            new("h.*.mlp.c_proj.@", "blk.*.ffn_down.@", matrices),
        ])
        {
            Prefixes = ["transformer."],
            Dropped = ["h.*.attn.bias", "h.*.attn.masked_bias", .. DecoderKeys.TiedHead(config, defaultValue: true)],
        };
    }
}
