using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

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

    /// <summary>
    /// GptOssForCausalLM: gate and up of all experts in one tensor, their outputs in turn. The matrices of 4 bits are stored [experts,
    /// outputs, inputs], those of 16 [experts, inputs, outputs].
    /// </summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        int width = config.Int("intermediate_size");
        HyperParameterWriter keys = DecoderKeys.Of("gpt-oss", config);
        keys.Set("attention.sliding_window", config.Int("sliding_window"));
        keys.Set("expert_feed_forward_length", width);
        TensorChange transposed = new SwappedAxes(1, 2), gates = new SlicedAxis(1, 0, 1, width), ups = new SlicedAxis(1, 1, 1, width);
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer, .. LlamaNames.LatePreNorms, .. LlamaNames.Attention,
            new("layers.*.self_attn.sinks", "blk.*.attn_sinks.weight"),
            new("layers.*.mlp.router.@", "blk.*.ffn_gate_inp.@"),
            new("layers.*.mlp.experts.gate_up_proj", "blk.*.ffn_gate_exps.weight", transposed, gates),
            new("layers.*.mlp.experts.gate_up_proj", "blk.*.ffn_up_exps.weight", transposed, ups),
            new("layers.*.mlp.experts.down_proj", "blk.*.ffn_down_exps.weight", transposed),
            new("layers.*.mlp.experts.gate_up_proj.weight", "blk.*.ffn_gate_exps.weight", gates),
            new("layers.*.mlp.experts.gate_up_proj.weight", "blk.*.ffn_up_exps.weight", ups),
            new("layers.*.mlp.experts.down_proj.weight", "blk.*.ffn_down_exps.weight"),
            new("layers.*.mlp.experts.gate_up_proj_bias", "blk.*.ffn_gate_exps.bias", gates),
            new("layers.*.mlp.experts.gate_up_proj_bias", "blk.*.ffn_up_exps.bias", ups),
            new("layers.*.mlp.experts.down_proj_bias", "blk.*.ffn_down_exps.bias"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
