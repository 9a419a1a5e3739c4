using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Jamba (Lieber et al. 2024): Mamba layers with norms of their time steps, B and C, and some layers of attention, which needs no
/// positions; every other layer has experts, whose weights are not renormalized.
/// </summary>
internal static class Jamba
{
    public static IModel Create(ModelSource source)
    {
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: false);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            IMixer mixer = source.Parameters.KvHeadCounts[i] == 0 ? StateSpace(source, i)
                : new AttentionBlock(source, i, AttentionVariant.Of(source, i));
            return Layer.PreNorm(source, i, mixer, ExpertFeedForward.OrDense(source, i, experts));
        });
    }

    private static MambaMixer StateSpace(ModelSource source, int layer)
    {
        source.Weights.Vector($"blk.{layer}.ssm_dt_norm.weight", source.Parameters.StateSpace.TimeStepRank);
        return new MambaMixer(source, layer);
    }
}
