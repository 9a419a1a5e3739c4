using LlamaInterop.Compute;
using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Gemma 4 (Gemma Team 2026), its text part: Gemma 3's layers with scores that are not scaled and normed values; layers that see all have
/// longer heads than windowed ones, of which only some elements turn, and may use their keys as values. The last layers may read the keys
/// and values of the last ones before them, layers may have embeddings of their own, and a dense feed-forward may have experts beside it,
/// each with norms of its own.
/// </summary>
internal static class Gemma4
{
    private const int Period = 6;
    private const float LocalBase = 10000;

    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        var options = new DecoderOptions { EmbeddingScale = MathF.Sqrt(p.EmbeddingLength), LogitSoftCap = p.Float("final_logit_softcapping", 0, min: 0) };
        PerLayerEmbedding? embedding = PerLayerEmbedding.LoadOrNull(source);
        var attentions = new Attentions(source);
        return new Decoder(source, options, i =>
        {
            IFeedForward feedForward = source.Weights.Has($"blk.{i}.ffn_gate_inp.weight") ? new DenseAndExperts(source, i) : new FeedForward(source, i, GluKind.GELU_TANH);
            ILayer layer = new Layer(i, attentions.Create(i), feedForward)
            {
                MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", p.EmbeddingLength),
                PostMixerNorm = Norm.Load(source, $"blk.{i}.post_attention_norm", p.EmbeddingLength),
                FeedForwardNorm = feedForward is DenseAndExperts ? null : Norm.Load(source, $"blk.{i}.ffn_norm", p.EmbeddingLength),
                PostFeedForwardNorm = Norm.Load(source, $"blk.{i}.post_ffw_norm", p.EmbeddingLength),
            };
            layer = embedding?.Around(source, i, layer) ?? layer;
            Tensor? scale = source.Weights.VectorOrNull($"blk.{i}.layer_output_scale.weight", 1);
            return scale is null ? layer : new ScaledLayer($"blk.{i}.rescaled", layer, scale);
        });
    }

    /// <summary>Makes the attention of one layer after the other; those that have no keys of their own read the last before them of their kind.</summary>
    private sealed class Attentions(ModelSource source)
    {
        private readonly HyperParameters _p = source.Parameters;
        private readonly Rotary _full = new(source, RopeMode.NEOX);
        private readonly Rotary _windowed = new(source, RopeMode.NEOX, WindowedFrequencies(source.Parameters), takesFactors: false);
        private readonly int _firstShared = source.Parameters.Layers - source.Parameters.Keys.Size("attention.shared_kv_layers", 0, 0, source.Parameters.Layers - 1);
        private readonly Dictionary<bool, (int Cache, int KvHeads)> _last = [];

        public AttentionBlock Create(int layer)
        {
            int window = _p.WindowOf(layer, Period);
            bool isWindowed = window > 0;
            int length = isWindowed ? WindowedLength(_p) : _p.KeyLength;
            AttentionVariant variant = AttentionVariant.Of(source, layer) with
            {
                KeyLength = length,
                ValueLength = length,
                Scale = 1,
                Rotary = isWindowed ? _windowed : _full,
                Window = window,
                NeedsHeadNorms = true,
                NormsValues = true,
                KeysMayBeValues = true,
            };
            if (layer >= _firstShared)
                return new AttentionBlock(source, layer, variant with { SharedCache = LastOf(isWindowed, variant.KvHeads, layer) });
            var block = new AttentionBlock(source, layer, variant);
            _last[isWindowed] = (block.Cache, variant.KvHeads);
            return block;
        }

        private int LastOf(bool isWindowed, int kvHeads, int layer)
        {
            HyperParameterReader keys = _p.Keys;
            if (!_last.TryGetValue(isWindowed, out (int Cache, int KvHeads) last))
                throw keys.Wrong(keys.FullName("attention.shared_kv_layers"), $"is {_p.Layers - _firstShared}, but no layer before has keys for layer {layer}");
            return last.KvHeads == kvHeads ? last.Cache
                : throw keys.Wrong(keys.FullName("attention.head_count_kv"), $"is {kvHeads} for layer {layer}, which reads the keys of {last.KvHeads}");
        }

        private static int WindowedLength(HyperParameters p) => p.Keys.Size("attention.key_length_swa", p.KeyLength, max: 1 << 16);

        private static RopeFrequencies WindowedFrequencies(HyperParameters p)
        {
            int length = WindowedLength(p), rotated = p.Keys.Size("rope.dimension_count_swa", length, 0);
            return rotated >= 2 && rotated <= length && rotated % 2 == 0 ? p.WindowedRope(LocalBase) with { Rotated = rotated }
                : throw p.Keys.Contradicts("rope.dimension_count_swa", $"is {rotated}, but must be even and from 2 to attention.key_length_swa {length}");
        }
    }

    /// <summary>A layer whose result is multiplied by a number.</summary>
    private sealed class ScaledLayer(string name, ILayer layer, Tensor scale) : ILayer
    {
        public Tensor Forward(Graph g, Tensor x, StepInputs step) => g.Mul(name, layer.Forward(g, x, step), scale);
    }

    /// <summary>The sum of a dense feed-forward and of experts, both normed before and after; the router's norm has a scale instead of weights.</summary>
    private sealed class DenseAndExperts(ModelSource source, int layer) : IFeedForward
    {
        private readonly string _scope = $"blk.{layer}.";
        private readonly float _routerScale = 1 / MathF.Sqrt(source.Parameters.EmbeddingLength);
        private readonly FeedForward _dense = new(source, layer, GluKind.GELU_TANH);
        private readonly Norm _denseNorm = Norm.Load(source, $"blk.{layer}.ffn_norm", source.Parameters.EmbeddingLength);
        private readonly Norm _densePostNorm = Norm.Load(source, $"blk.{layer}.post_ffw_norm_1", source.Parameters.EmbeddingLength);
        private readonly Norm _expertNorm = Norm.Load(source, $"blk.{layer}.pre_ffw_norm_2", source.Parameters.EmbeddingLength);
        private readonly Norm _expertPostNorm = Norm.Load(source, $"blk.{layer}.post_ffw_norm_2", source.Parameters.EmbeddingLength);
        private readonly Norm _routerNorm = Norm.Plain(source, $"blk.{layer}.router_norm", source.Parameters.EmbeddingLength);
        private readonly Tensor _routerWeights = source.Weights.Vector($"blk.{layer}.ffn_gate_inp.scale", source.Parameters.EmbeddingLength);
        private readonly ExpertFeedForward _experts = new(
            source, layer, ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: true) with { Activation = GluKind.GELU_TANH });

        public Tensor Forward(Graph g, Tensor x)
        {
            Tensor routed = g.Mul(_scope + "router_scaled", g.Scale(_scope + "router_input", _routerNorm.Forward(g, x), _routerScale), _routerWeights);
            Tensor chosen = _expertPostNorm.Forward(g, _experts.Forward(g, _expertNorm.Forward(g, x), routed));
            return g.Add(_scope + "ffn_both", _densePostNorm.Forward(g, _dense.Forward(g, _denseNorm.Forward(g, x))), chosen);
        }
    }

    /// <summary>
    /// Gemma4ForCausalLM, and the text of Gemma4ForConditionalGeneration. Of the heads that see all, elements that do not turn stand among
    /// those that do, and so have a factor that stops them.
    /// </summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        RotaryConfig rotary = RotaryConfig.Of(config);
        int headLength = config.Int("global_head_dim"), turned = (int)(headLength * (rotary.PartialFactor ?? 1) / 2);
        const float stopped = 1e30f;
        const int longestHead = 1 << 16;
        if (headLength > longestHead)
            throw config.Refuse("global_head_dim", $"is {headLength}; {longestHead} is the most");
        return new CheckpointMap(KeysOf(config, headLength),
        [
            .. LlamaNames.Outer, .. LlamaNames.PreAndPostNorms, .. LlamaNames.Attention, .. LlamaNames.HeadNorms, .. LlamaNames.FeedForward,
            new("layers.*.layer_scalar", "blk.*.layer_output_scale.weight"),
            new("embed_tokens_per_layer.weight", "per_layer_token_embd.weight"),
            new("per_layer_model_projection.weight", "per_layer_model_proj.weight"),
            new("per_layer_projection_norm.weight", "per_layer_proj_norm.weight"),
            new("layers.*.per_layer_input_gate.weight", "blk.*.inp_gate.weight"),
            new("layers.*.per_layer_projection.weight", "blk.*.proj.weight"),
            new("layers.*.post_per_layer_input_norm.weight", "blk.*.post_norm.weight"),
            new("layers.*.router.proj.weight", "blk.*.ffn_gate_inp.weight"),
            new("layers.*.router.scale", "blk.*.ffn_gate_inp.scale"),
            new("layers.*.router.per_expert_scale", "blk.*.ffn_down_exps.scale"),
            new("layers.*.experts.gate_up_proj", "blk.*.ffn_gate_up_exps.weight"),
            new("layers.*.experts.down_proj", "blk.*.ffn_down_exps.weight"),
            new("layers.*.pre_feedforward_layernorm_2.weight", "blk.*.pre_ffw_norm_2.weight"),
            new("layers.*.post_feedforward_layernorm_1.weight", "blk.*.post_ffw_norm_1.weight"),
            new("layers.*.post_feedforward_layernorm_2.weight", "blk.*.post_ffw_norm_2.weight"),
        ])
        {
            Dropped =
            [
                "vision_tower.**", "vision_embedder.**", "audio_tower.**", "embed_vision.**", "embed_audio.**", "multi_modal_projector.**",
                .. DecoderKeys.TiedHead(config, defaultValue: true),
            ],
            Constants = [("rope_freqs.weight", [.. Enumerable.Range(0, headLength / 2).Select(i => i < turned ? 1 : stopped)])],
        };
    }

    private static HyperParameterWriter KeysOf(ModelConfig config, int headLength)
    {
        HyperParameterWriter keys = DecoderKeys.Of("gemma4", config);
        int layers = LayerRules.Checked(config, DecoderKeys.Layers(config)), shared = config.IntOr(0, "num_kv_shared_layers"), windowed = config.Int("head_dim");
        bool[] windows = [.. config.Strings("layer_types").Select(kind => kind == "sliding_attention")];
        if (windows.Length != layers)
            throw config.Refuse("layer_types", $"has {windows.Length} kinds for {layers} layers");
        keys.Set("attention.shared_kv_layers", shared);
        keys.Set("embedding_length_per_layer_input", config.IntOr(0, "hidden_size_per_layer_input"));
        keys.Set("attention.sliding_window", config.Int("sliding_window"));
        keys.Set("attention.sliding_window_pattern", windows);
        keys.Set("attention.key_length", headLength);
        keys.Set("attention.value_length", headLength);
        keys.Set("attention.key_length_swa", windowed);
        keys.Set("attention.value_length_swa", windowed);
        keys.Set("rope.dimension_count", headLength);
        keys.Set("rope.dimension_count_swa", windowed);
        DecoderKeys.SetIfThere(keys, config, "expert_feed_forward_length", "expert_intermediate_size", "moe_intermediate_size");
        DecoderKeys.SetNumberIfThere(keys, config, "final_logit_softcapping", "final_logit_softcapping");
        if (config.Has("num_global_key_value_heads"))
            keys.Set("attention.head_count_kv", [.. windows.Select(isWindowed => config.Int(isWindowed ? "num_key_value_heads" : "num_global_key_value_heads"))]);
        int width = config.Int("intermediate_size");
        if (config.BoolOr(false, "use_double_wide_mlp"))
            keys.Set("feed_forward_length", [.. Enumerable.Range(0, layers).Select(i => i < layers - shared ? width : config.Computed("intermediate_size", 2.0 * width))]);
        return keys;
    }
}
