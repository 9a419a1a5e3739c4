using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// gpt-oss (OpenAI 2025): a sink in every head's softmax, windows in every second layer, biases everywhere, and experts chosen by logit
/// with a clamped SwiGLU. The norm before the experts is called "post_attention_norm".
/// </summary>
internal static class GptOss
{
    private const int WindowPeriod = 2;
    private const float Alpha = 1.702f;
    private const float Limit = 7;

    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX_CHOSEN, renormalize: false) with
        {
            Activation = GluKind.SWIGLU_OAI,
            Parameters = [Alpha, Limit],
        };
        return new Decoder(source, new DecoderOptions(), i =>
        {
            AttentionVariant variant = AttentionVariant.Of(source, i) with
            {
                Rotary = rotary,
                Window = p.IsWindowed(i, WindowPeriod) ? p.SlidingWindow : 0,
            };
            return new Layer(i, new AttentionBlock(source, i, variant), new ExpertFeedForward(source, i, experts))
            {
                MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", p.EmbeddingLength),
                FeedForwardNorm = Norm.Load(source, $"blk.{i}.post_attention_norm", p.EmbeddingLength),
            };
        });
    }
}
