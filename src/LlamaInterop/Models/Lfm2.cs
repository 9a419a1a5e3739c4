using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// LFM2 (Liquid AI 2025): gated short convolutions in most layers, attention with normed heads and rotary halves in those that have key
/// heads; in LFM2 MoE all but the first layers have experts. The final norm is called "token_embd_norm".
/// </summary>
internal static class Lfm2
{
    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        if (!p.Causal)
            throw p.Keys.Wrong(p.Keys.FullName("attention.causal"), "is false, but only convolutions that look back can run");
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: true);
        return new Decoder(source, new DecoderOptions { FinalNorm = "token_embd_norm" }, i =>
        {
            IMixer mixer = p.KvHeadCounts[i] == 0 ? new GatedConvolution(source, i) : Attention(source, i, rotary);
            return Layer.PreNorm(source, i, mixer, ExpertFeedForward.OrDense(source, i, experts));
        });
    }

    private static AttentionBlock Attention(ModelSource source, int layer, Rotary rotary)
    {
        source.Weights.Vector($"blk.{layer}.attn_q_norm.weight", source.Parameters.KeyLength);
        return new AttentionBlock(source, layer, AttentionVariant.Of(source, layer) with { Rotary = rotary });
    }
}
