using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Llama 4 (Meta 2025). Three layers of four rotate q and k, norm them (not in Maverick, known by its 128 experts) and see their chunk of
/// 8192 positions; the fourth has no positions and sees all, with queries that grow with the distance. One expert of a layer is chosen,
/// its weight multiplies its input, and a shared one joins it.
/// </summary>
internal static class Llama4
{
    private const int FullPeriod = 4;
    private const int Chunk = 8192;
    private const int ExpertsOfMaverick = 128;
    private const float TemperatureFactor = 0.1f;

    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NORM);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: false) with { WeighsInput = true };
        bool norms = source.Parameters.Experts.Count != ExpertsOfMaverick;
        return new Decoder(source, new DecoderOptions(), i =>
        {
            AttentionVariant full = AttentionVariant.Of(source, i) with { Temperature = new AttentionTemperature(TemperatureFactor, Chunk, 1) };
            AttentionVariant chunked = AttentionVariant.Of(source, i) with
            {
                Rotary = rotary,
                Window = Chunk,
                WindowKind = WindowKind.CHUNKED,
                PlainHeadNorms = norms,
                NormsAfterRotation = true,
            };
            var attention = new AttentionBlock(source, i, i % FullPeriod == FullPeriod - 1 ? full : chunked);
            return Layer.PreNorm(source, i, attention, ExpertFeedForward.OrDense(source, i, experts));
        });
    }
}
