using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Baichuan 1 and 2 (Yang et al. 2023). The 7B model has rotary positions; the 13B one, known in a GGUF file by its 40 layers alone,
/// has ALiBi with a max bias of 8 instead.
/// </summary>
internal static class Baichuan
{
    private const int LayersOf13B = 40;
    private const int VocabularyOfSecond = 125696;
    private const float MaxBias = 8;

    public static IModel Create(ModelSource source)
    {
        bool is13B = source.Parameters.Layers == LayersOf13B;
        Rotary? rotary = is13B ? null : new Rotary(source, RopeMode.NORM);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            AttentionVariant variant = AttentionVariant.Of(source, i) with { Rotary = rotary, AlibiMaxBias = is13B ? MaxBias : 0 };
            return Layer.PreNorm(source, i, new AttentionBlock(source, i, variant), new FeedForward(source, i, GluKind.SILU));
        });
    }

    /// <summary>
    /// BaichuanForCausalLM and BaiChuanForCausalLM: q, k and v one after the other in "W_pack". Baichuan 2, known by its vocabulary, divides
    /// the rows of its output head by their lengths as it runs; a file has them divided.
    /// </summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("baichuan", config);
        int heads = DecoderKeys.Heads(config), length = DecoderKeys.HeadLength(config);
        keys.Set("attention.head_count_kv", heads);
        keys.Set("rope.dimension_count", length);
        return new CheckpointMap(keys,
        [
            new("embed_tokens.weight", "token_embd.weight"),
            new("lm_head.weight", "output.weight", config.VocabularySize == VocabularyOfSecond ? [TensorChange.NormalizeRows] : []),
            .. LlamaNames.FinalNorm, .. LlamaNames.PreNorms,
            .. FusedNames.Permuted(FusedNames.Grouped("layers.*.self_attn.W_pack.@", groups: 1, queries: 1, heads * length), heads, heads),
            new("layers.*.self_attn.o_proj.weight", "blk.*.attn_output.weight"),
            .. LlamaNames.FeedForward,
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
