using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// BERT (Devlin et al. 2019) and what shares its layers and its GGUF architecture: DistilBERT, RoBERTa, XLM-RoBERTa, MiniLM, BGE, E5,
/// GTE. Learned positions, of which the converter has cut off RoBERTa's first rows; norms after each residual; exact GELU.
/// </summary>
internal static class Bert
{
    public static IModel Create(ModelSource source) => new Encoder(source, new EncoderOptions { LearnedPositions = true }, i =>
    {
        AttentionVariant variant = AttentionVariant.Of(source, i) with { Causal = false, Window = 0, HeadNorm = NormKind.Layer };
        return new PostNormLayer(source, i, new AttentionBlock(source, i, variant), new FeedForward(source, i, GluKind.GELU_ERF, gated: false));
    });

    /// <summary>BertModel and BertForMaskedLM, whose pooler and head are left out.</summary>
    public static CheckpointMap MapOf(ModelConfig config) => MapOf(config, unusedPositions: 0);

    /// <summary>RobertaModel, XLMRobertaModel and CamembertModel: positions count from the padding token's number on.</summary>
    public static CheckpointMap MapOfRoberta(ModelConfig config) => MapOf(config, config.IntOr(1, "pad_token_id") + 1);

    private static CheckpointMap MapOf(ModelConfig config, int unusedPositions)
    {
        const string layer = "encoder.layer.*";
        int positions = config.Int("max_position_embeddings");
        if (positions <= unusedPositions)
            throw config.Refuse("max_position_embeddings", $"is {positions}, and {unusedPositions} of them are no token's");
        HyperParameterWriter keys = DecoderKeys.Of("bert", config);
        keys.Set("context_length", positions - unusedPositions);
        keys.Set("attention.causal", false);
        return new CheckpointMap(keys,
        [
            new("embeddings.word_embeddings.weight", "token_embd.weight"),
            new("embeddings.position_embeddings.weight", "position_embd.weight", TensorChange.Rows(unusedPositions, positions - unusedPositions)),
            new("embeddings.token_type_embeddings.weight", "token_types.weight"),
            new("embeddings.LayerNorm.@", "token_embd_norm.@"),
            new($"{layer}.attention.self.query.@", "blk.*.attn_q.@"),
            new($"{layer}.attention.self.key.@", "blk.*.attn_k.@"),
            new($"{layer}.attention.self.value.@", "blk.*.attn_v.@"),
            new($"{layer}.attention.output.dense.@", "blk.*.attn_output.@"),
            new($"{layer}.attention.output.LayerNorm.@", "blk.*.attn_output_norm.@"),
            new($"{layer}.intermediate.dense.@", "blk.*.ffn_up.@"),
            new($"{layer}.output.dense.@", "blk.*.ffn_down.@"),
            new($"{layer}.output.LayerNorm.@", "blk.*.layer_output_norm.@"),
        ])
        {
            Prefixes = ["bert.", "roberta."],
            Dropped = ["embeddings.position_ids", "pooler.**", "cls.**", "lm_head.**"],
        };
    }

    /// <summary>DistilBertModel: no token types.</summary>
    public static CheckpointMap MapOfDistilled(ModelConfig config)
    {
        const string layer = "transformer.layer.*";
        HyperParameterWriter keys = DecoderKeys.Of("bert", config);
        keys.Set("attention.layer_norm_epsilon", 1e-12f);
        keys.Set("attention.causal", false);
        return new CheckpointMap(keys,
        [
            new("embeddings.word_embeddings.weight", "token_embd.weight"),
            new("embeddings.position_embeddings.weight", "position_embd.weight"),
            new("embeddings.LayerNorm.@", "token_embd_norm.@"),
            new($"{layer}.attention.q_lin.@", "blk.*.attn_q.@"),
            new($"{layer}.attention.k_lin.@", "blk.*.attn_k.@"),
            new($"{layer}.attention.v_lin.@", "blk.*.attn_v.@"),
            new($"{layer}.attention.out_lin.@", "blk.*.attn_output.@"),
            new($"{layer}.sa_layer_norm.@", "blk.*.attn_output_norm.@"),
            new($"{layer}.ffn.lin1.@", "blk.*.ffn_up.@"),
            new($"{layer}.ffn.lin2.@", "blk.*.ffn_down.@"),
            new($"{layer}.output_layer_norm.@", "blk.*.layer_output_norm.@"),
        ])
        {
            Prefixes = ["distilbert."],
            Dropped = ["embeddings.position_ids", "vocab_transform.**", "vocab_layer_norm.**", "vocab_projector.**"],
        };
    }
}
