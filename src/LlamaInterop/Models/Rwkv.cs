using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// RWKV 6 (Peng et al. 2024) and RWKV 7 (Peng et al. 2025): recurrent mixing over time and over channels, with layer norms, also of the
/// embedding. RWKV 6's files may ask for the rows to be halved every so many layers, for which the weights after them are made. ARWKV 7
/// (Lin et al. 2025) is a Qwen 2 whose attention became RWKV 7's mixing over time.
/// </summary>
internal static class Rwkv
{
    public static IModel CreateRwkv6(ModelSource source)
    {
        int rescale = source.Parameters.Keys.Size("rescale_every_n_layers", 0, 0);
        return Create(source, i => new Rwkv6TimeMix(source, i), i => rescale > 0 && (i + 1) % rescale == 0 ? 0.5f : 1);
    }

    public static IModel CreateRwkv7(ModelSource source)
    {
        var firstValues = new object();
        return Create(source, i => new Rwkv7TimeMix(source, i, firstValues), _ => 1);
    }

    public static IModel CreateArwkv7(ModelSource source)
    {
        var firstValues = new object();
        return new Decoder(source, new DecoderOptions(), i =>
            Layer.PreNorm(source, i, new Rwkv7TimeMix(source, i, firstValues), new FeedForward(source, i, GluKind.SILU)));
    }

    private static Decoder Create(ModelSource source, Func<int, IMixer> timeMix, Func<int, float> outputScale)
    {
        long n = source.Parameters.EmbeddingLength;
        source.Weights.Vector("token_embd_norm.weight", n);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i => new Layer(i, timeMix(i), new RwkvChannelMix(source, i))
        {
            MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", n, NormKind.Layer),
            FeedForwardNorm = Norm.Load(source, $"blk.{i}.attn_norm_2", n, NormKind.Layer),
            OutputScale = outputScale(i),
        });
    }

    /// <summary>Rwkv6ForCausalLM; where rows are halved every so many layers, the weights that write into them are made smaller.</summary>
    public static CheckpointMap MapOfSixth(ModelConfig config)
    {
        const int widthOf7B = 4096;
        const double usualShare = 3.5;
        int width = DecoderKeys.Width(config), layers = DecoderKeys.Layers(config), rescale = config.IntOr(0, "rescale_every");
        HyperParameterWriter keys = KeysOf("rwkv6", config, config.Int("head_size"));
        keys.Set("feed_forward_length", config.IntOr(config.Computed("hidden_size", (long)(width * usualShare) / 32 * 32), "intermediate_size"));
        keys.Set("attention.layer_norm_epsilon", config.Float("layer_norm_epsilon", "layer_norm_eps"));
        keys.Set("rescale_every_n_layers", rescale);
        keys.Set("time_mix_extra_dim", config.IntOr(width == widthOf7B ? 64 : 32, "lora_rank_tokenshift"));
        keys.Set("time_decay_extra_dim", config.IntOr(width == widthOf7B ? 128 : 64, "lora_rank_decay"));
        return new CheckpointMap(keys,
        [
            new("embeddings.weight", "token_embd.weight"),
            new("blocks.0.pre_ln.@", "token_embd_norm.@"),
            new("ln_out.@", "output_norm.@"),
            new("head.weight", "output.weight"),
            new("blocks.*.ln1.@", "blk.*.attn_norm.@"),
            new("blocks.*.ln2.@", "blk.*.attn_norm_2.@"),
            .. RwkvNames.SixthTimeMix("blocks.*.attention"), .. RwkvNames.SixthChannelMix("blocks.*.feed_forward"),
            .. LayerRules.Of(config, layers, i =>
            {
                TensorChange[] halved = rescale > 0 ? [ScaledRows.All(MathF.Pow(0.5f, i / rescale))] : [];
                return
                [
                    new TensorRule("blocks.*.attention.output.weight", "blk.*.time_mix_output.weight", halved),
                    new TensorRule("blocks.*.feed_forward.value.weight", "blk.*.channel_mix_value.weight", halved),
                ];
            }),
        ])
        {
            Prefixes = ["rwkv.", "model."],
        };
    }

    /// <summary>RWKV7ForCausalLM of flash-linear-attention, and Rwkv7ForCausalLM.</summary>
    public static CheckpointMap MapOfSeventh(ModelConfig config)
    {
        int width = DecoderKeys.Width(config);
        HyperParameterWriter keys = KeysOf("rwkv7", config, config.Int("head_size", "head_dim"));
        keys.Set("feed_forward_length", config.IntOr(config.Computed("hidden_size", 4.0 * width), "intermediate_size"));
        keys.Set("attention.layer_norm_epsilon", config.Float("layer_norm_epsilon", "norm_eps"));
        keys.Set("attention.decay_lora_rank", config.IntOr(Rank(width, 0.5, 1.8), "lora_rank_decay", "decay_low_rank_dim"));
        keys.Set("attention.iclr_lora_rank", config.IntOr(Rank(width, 0.5, 1.8), "lora_rank_iclr", "a_low_rank_dim"));
        keys.Set("attention.value_residual_mix_lora_rank", config.IntOr(Rank(width, 0.5, 1.3), "lora_rank_value_residual_mix", "v_low_rank_dim"));
        keys.Set("attention.gate_lora_rank", config.IntOr(Rank(width, 0.8, 0.6), "lora_rank_gate", "gate_low_rank_dim"));
        return new CheckpointMap(keys,
        [
            new("embeddings.weight", "token_embd.weight"),
            new("layers.0.pre_norm.@", "token_embd_norm.@"),
            new("norm.@", "output_norm.@"),
            new("lm_head.weight", "output.weight"),
            new("layers.*.attn_norm.@", "blk.*.attn_norm.@"),
            new("layers.*.ffn_norm.@", "blk.*.attn_norm_2.@"),
            .. RwkvNames.SeventhTimeMix("layers.*.attn", hasGate: true),
            new("layers.*.ffn.x_k", "blk.*.channel_mix_lerp_k.weight", new NewShape(-1)),
            new("layers.*.ffn.key.weight", "blk.*.channel_mix_key.weight"),
            new("layers.*.ffn.value.weight", "blk.*.channel_mix_value.weight"),
        ])
        {
            Dropped = [.. RwkvNames.FirstValueMix("layers.0.attn"), .. DecoderKeys.TiedHead(config)],
        };

        static int Rank(int width, double exponent, double factor) => Math.Max(1, (int)Math.Round(Math.Pow(width, exponent) * factor / 32)) * 32;
    }

    /// <summary>RwkvHybridForCausalLM: Qwen 2's names around RWKV 7's own.</summary>
    public static CheckpointMap MapOfHybrid(ModelConfig config)
    {
        const int version = 7, rank = 64, valueRank = 32, gateRank = 128;
        if (config.IntOr(version, "wkv_version") != version)
            throw config.Refuse("wkv_version", $"is not {version}, and no other runs here");
        bool hasGate = config.BoolOr(true, "wkv_has_gate");
        HyperParameterWriter keys = KeysOf("arwkv7", config, config.Int("head_size"));
        keys.Set("feed_forward_length", config.Int("intermediate_size"));
        keys.Set("attention.layer_norm_rms_epsilon", config.Float("rms_norm_eps"));
        keys.Set("attention.decay_lora_rank", rank);
        keys.Set("attention.iclr_lora_rank", rank);
        keys.Set("attention.value_residual_mix_lora_rank", valueRank);
        keys.Set("attention.gate_lora_rank", hasGate ? gateRank : 0);
        keys.Set("token_shift_count", 1);
        return new CheckpointMap(keys,
            [.. LlamaNames.Outer, .. LlamaNames.PreNorms, .. RwkvNames.SeventhTimeMix("layers.*.self_attn.time_mixer", hasGate), .. LlamaNames.FeedForward])
        {
            Dropped = [.. RwkvNames.FirstValueMix("layers.0.self_attn.time_mixer"), .. DecoderKeys.TiedHead(config)],
        };
    }

    /// <summary>A recurrence has no longest context and no heads of attention; readers want numbers.</summary>
    private static HyperParameterWriter KeysOf(string architecture, ModelConfig config, int headSize)
    {
        const int anyContext = 1 << 20;
        var keys = new HyperParameterWriter(architecture);
        keys.Set("context_length", anyContext);
        keys.Set("embedding_length", DecoderKeys.Width(config));
        keys.Set("block_count", DecoderKeys.Layers(config));
        keys.Set("wkv.head_size", headSize);
        keys.Set("attention.head_count", 0);
        return keys;
    }
}
