using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Nemotron H, Nemotron Nano 2 and 3 (NVIDIA 2025): each layer is one thing behind one norm: a Mamba 2 state space, attention without
/// positions, or a feed-forward of squared ReLU without a gate, with experts or without. A layer of width 0 is no feed-forward; one without
/// key heads besides is a state space.
/// </summary>
internal static class NemotronH
{
    public static IModel Create(ModelSource source)
    {
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: false) with { Activation = GluKind.RELU_SQUARED, IsGated = false };
        return new Decoder(source, new DecoderOptions(), i => new Layer(i, MixerOf(source, i, experts), null)
        {
            MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", source.Parameters.EmbeddingLength),
        });
    }

    private static IMixer MixerOf(ModelSource source, int layer, ExpertVariant experts)
    {
        HyperParameters p = source.Parameters;
        if (p.FeedForwardLengths[layer] > 0)
            return ExpertFeedForward.OrDense(source, layer, experts);
        return p.KvHeadCounts[layer] == 0 ? new Mamba2Mixer(source, layer) : new AttentionBlock(source, layer, AttentionVariant.Of(source, layer));
    }
}
