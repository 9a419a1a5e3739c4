using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// PLaMo 1 (Preferred Networks 2023): attention and a gated feed-forward side by side behind one RMS norm, few key and value heads, rotary
/// halves of the whole head. In PLaMo query head i reads key head i modulo their count; the converter permutes q and the output matrix so
/// that neighbours share one, as everywhere else.
/// </summary>
internal static class Plamo
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.SideBySide(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }

    /// <summary>PlamoForCausalLM, whose context no configuration states.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const int context = 4096, usualQueries = 8;
        const string layer = "layers.layers.*";
        int heads = DecoderKeys.Heads(config), queries = config.IntOr(usualQueries, "n_shared_head");
        if (queries == 0 || heads % queries != 0)
            throw config.Refuse("n_shared_head", $"is {queries}, which does not divide the {heads} heads");
        HyperParameterWriter keys = DecoderKeys.Of("plamo", config, context);
        keys.Set("attention.head_count_kv", heads / queries);
        long[] byKey = [queries, heads / queries, -1];
        int[] order = [1, 0, 2];
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer,
            new($"{layer}.norm.weight", "blk.*.attn_norm.weight"),
            new($"{layer}.self_attn.q_proj.weight", "blk.*.attn_q.weight", new ReorderedAxis(0, byKey, order)),
            new($"{layer}.self_attn.k_proj.weight", "blk.*.attn_k.weight"),
            new($"{layer}.self_attn.v_proj.weight", "blk.*.attn_v.weight"),
            new($"{layer}.self_attn.o_proj.weight", "blk.*.attn_output.weight", new ReorderedAxis(1, byKey, order)),
            new($"{layer}.mlp.gate_proj.weight", "blk.*.ffn_gate.weight"),
            new($"{layer}.mlp.up_proj.weight", "blk.*.ffn_up.weight"),
            new($"{layer}.mlp.down_proj.weight", "blk.*.ffn_down.weight"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
