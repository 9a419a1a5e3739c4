using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// ChatGLM 2 and 3, GLM-4 and GLM-Edge (GLM Team 2024): Llama's layers with gate and up in one matrix, biases on q, k and v, which may stand
/// in one matrix, and rotary pairs in half of each head. GLM-4-0414 and GLM-Z1 have norms before and behind attention and feed-forward.
/// </summary>
internal static class Glm
{
    public static IModel CreateChat(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NORM);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }

    public static IModel CreateFourth(ModelSource source)
    {
        // Files of the vision models have their rows permuted to halves; text has the same position in all of the sections.
        var rotary = new Rotary(source, source.Parameters.Keys.Has("rope.dimension_sections") ? RopeMode.NEOX : RopeMode.NORM);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreAndPostNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }
}
