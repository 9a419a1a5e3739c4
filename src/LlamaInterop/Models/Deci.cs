using LlamaInterop.Compute;
using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// DeciLM and Llama Nemotron (Bercovich et al. 2025): Llama's layers after a search, each with as many heads and as wide a feed-forward
/// as it needs. A layer without query heads has no attention, one without key heads has a matrix in its place, and one of width 0 has no
/// feed-forward.
/// </summary>
internal static class Deci
{
    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        if (!Enumerable.Range(0, p.Layers).Any(i => p.HeadCounts[i] > 0 && p.KvHeadCounts[i] > 0))
            throw p.Keys.Wrong(p.Keys.FullName("attention.head_count_kv"), "or attention.head_count is 0 for every layer");
        var rotary = new Rotary(source, RopeMode.NORM);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            IMixer? mixer = MixerOf(source, i, rotary);
            FeedForward? feedForward = p.FeedForwardLengths[i] == 0 ? null : new FeedForward(source, i, GluKind.SILU);
            return new Layer(i, mixer, feedForward)
            {
                MixerNorm = mixer is null ? null : Norm.Load(source, $"blk.{i}.attn_norm", p.EmbeddingLength),
                FeedForwardNorm = feedForward is null ? null : Norm.Load(source, $"blk.{i}.ffn_norm", p.EmbeddingLength),
            };
        });
    }

    private static IMixer? MixerOf(ModelSource source, int layer, Rotary rotary)
    {
        HyperParameters p = source.Parameters;
        if (p.HeadCounts[layer] == 0)
            return null;
        return p.KvHeadCounts[layer] == 0 ? new MatrixMixer(source, layer)
            : new AttentionBlock(source, layer, AttentionVariant.Of(source, layer) with { Rotary = rotary });
    }

    /// <summary>The output projection of an attention that is gone.</summary>
    private sealed class MatrixMixer(ModelSource source, int layer) : IFeedForward
    {
        private readonly Linear _output = Linear.Load(
            source, $"blk.{layer}.attn_output", source.Parameters.EmbeddingLength, source.Parameters.EmbeddingLength);

        public Tensor Forward(Graph g, Tensor h) => _output.Forward(g, h, refined: CoarseForms.Both);
    }

    /// <summary>DeciLMForCausalLM: of the first models the heads of keys are listed by layer, of the later ones all that a search chose.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        int layers = DecoderKeys.Layers(config), headLength = DecoderKeys.HeadLength(config);
        DeciLayer[] chosen = LayersOf(config, layers);
        HyperParameterWriter keys = DecoderKeys.Of("deci", config);
        RotaryConfig rotary = RotaryConfig.Of(config);
        keys.Set("attention.head_count", [.. chosen.Select(layer => layer.Heads)]);
        keys.Set("attention.head_count_kv", [.. chosen.Select(layer => layer.KvHeads)]);
        keys.Set("feed_forward_length", [.. chosen.Select(layer => layer.FeedForward)]);
        keys.Set("attention.key_length", headLength);
        keys.Set("attention.value_length", headLength);
        keys.Set("rope.dimension_count", headLength);
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer, .. LlamaNames.PreNorms, .. LlamaNames.FeedForward,
            new("layers.*.self_attn.v_proj.@", "blk.*.attn_v.@"),
            new("layers.*.self_attn.o_proj.@", "blk.*.attn_output.@"),
            new("layers.*.self_attn.linear_attn.weight", "blk.*.attn_output.weight"),
            .. LayerRules.Of(config, layers, i => chosen[i].KvHeads == 0 ? [] :
            [
                new TensorRule("layers.*.self_attn.q_proj.@", "blk.*.attn_q.@", TensorChange.PermuteHeads(chosen[i].Heads)),
                new TensorRule("layers.*.self_attn.k_proj.@", "blk.*.attn_k.@", TensorChange.PermuteHeads(chosen[i].KvHeads)),
            ]),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
            Constants = rotary.Llama3Factors(headLength),
            EmptyLayers = [.. Enumerable.Range(0, layers).Where(i => chosen[i] is { Heads: 0, FeedForward: 0 })],
        };
    }

    private static DeciLayer[] LayersOf(ModelConfig config, int layers)
    {
        int heads = DecoderKeys.Heads(config);
        LayerRules.Checked(config, layers);
        if (config.Sections("block_configs") is { Length: > 0 } blocks)
            return blocks.Length == layers ? [.. blocks.Select(block => LayerOf(config, block, heads))] : throw Refuse("block_configs", blocks.Length);
        int[] kvHeads = config.Ints("num_key_value_heads_per_layer");
        if (kvHeads.Length == 0)
            kvHeads = [.. Enumerable.Repeat(DecoderKeys.KvHeads(config), layers)];
        int inner = config.Int("intermediate_size");
        return kvHeads.Length == layers ? [.. kvHeads.Select(count => new DeciLayer(heads, count, inner))] : throw Refuse("num_key_value_heads_per_layer", kvHeads.Length);

        ModelException Refuse(string name, int count) => config.Refuse(name, $"lists {count} layers, but num_hidden_layers is {layers}");
    }

    private static DeciLayer LayerOf(ModelConfig config, ModelConfig block, int heads)
    {
        ModelConfig attention = block.Section("attention") ?? throw block.Refuse("attention", "is missing"), feedForward = block.Section("ffn") ?? throw block.Refuse("ffn", "is missing");
        int inner = feedForward.Has("ffn_mult") ? FeedForwardLength(feedForward, DecoderKeys.Width(config)) : 0;
        if (!attention.Has("n_heads_in_group"))
            return new DeciLayer(attention.BoolOr(false, "replace_with_linear") ? heads : 0, 0, inner);
        int group = attention.Int("n_heads_in_group");
        return heads % group == 0 ? new DeciLayer(heads, heads / group, inner) : throw attention.Refuse("n_heads_in_group", $"is {group}, which does not divide the {heads} heads");
    }

    /// <summary>Two thirds of the multiple of the width, rounded up to 256.</summary>
    private static int FeedForwardLength(ModelConfig section, int width)
    {
        const int unit = 256;
        float multiple = section.Float("ffn_mult");
        return multiple is >= 0 and <= 1024 ? section.Computed("ffn_mult", ((long)(2 * (double)(decimal)multiple * width / 3) + unit - 1) / unit * unit)
            : throw section.Refuse("ffn_mult", $"is {multiple}, but must be from 0 to 1024");
    }

    /// <summary>A layer's sizes; no heads is no attention, no key heads a matrix in its place.</summary>
    private readonly record struct DeciLayer(int Heads, int KvHeads, int FeedForward);
}
