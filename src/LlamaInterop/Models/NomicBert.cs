using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>nomic-embed-text (Nussbaum et al. 2024): BERT's layers with rotary halves in place of learned positions, SwiGLU, and no biases.</summary>
internal static class NomicBert
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Encoder(source, new EncoderOptions(), i =>
        {
            AttentionVariant variant = AttentionVariant.Of(source, i) with { Causal = false, Window = 0, Rotary = rotary };
            return new PostNormLayer(source, i, new AttentionBlock(source, i, variant), new FeedForward(source, i, GluKind.SILU));
        });
    }

    /// <summary>NomicBertModel, which was trained on 2,048 tokens where it states 8,192 positions.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const int trainedContext = 2048;
        if (config.IntOr(0, "moe_every_n_layers") > 0)
            throw config.Refuse("moe_every_n_layers", "is not 0, but only layers without experts run here");
        HyperParameterWriter keys = DecoderKeys.Of("nomic-bert", config);
        keys.Set("context_length", Math.Min(config.Int("n_positions"), config.IntOr(trainedContext, "max_trained_positions")));
        keys.Set("attention.causal", false);
        return new CheckpointMap(keys,
        [
            new("embeddings.word_embeddings.weight", "token_embd.weight"),
            new("embeddings.token_type_embeddings.weight", "token_types.weight"),
            new("emb_ln.@", "token_embd_norm.@"),
            new("encoder.layers.*.attn.Wqkv.@", "blk.*.attn_qkv.@"),
            new("encoder.layers.*.attn.out_proj.@", "blk.*.attn_output.@"),
            new("encoder.layers.*.norm1.@", "blk.*.attn_output_norm.@"),
            new("encoder.layers.*.mlp.fc11.@", "blk.*.ffn_up.@"),
            new("encoder.layers.*.mlp.fc12.@", "blk.*.ffn_gate.@"),
            new("encoder.layers.*.mlp.fc2.@", "blk.*.ffn_down.@"),
            new("encoder.layers.*.norm2.@", "blk.*.layer_output_norm.@"),
        ])
        {
            Prefixes = ["bert."],
            Dropped = ["pooler.**", "cls.**"],
        };
    }
}
