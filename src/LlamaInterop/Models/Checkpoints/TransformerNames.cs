namespace LlamaInterop.Models.Checkpoints;

/// <summary>
/// The names of Llama's tensors in Meta's own checkpoints, which llama2.c and the files of ggml share. Rotary pairs are neighbours in all
/// of them, as in GGUF, so no rows are permuted.
/// </summary>
internal static class TransformerNames
{
    public static readonly TensorRule[] Decoder =
    [
        new("tok_embeddings.weight", "token_embd.weight"),
        new("norm.weight", "output_norm.weight"),
        new("output.weight", "output.weight"),
        new("layers.*.attention_norm.weight", "blk.*.attn_norm.weight"),
        new("layers.*.ffn_norm.weight", "blk.*.ffn_norm.weight"),
        new("layers.*.attention.wq.weight", "blk.*.attn_q.weight"),
        new("layers.*.attention.wk.weight", "blk.*.attn_k.weight"),
        new("layers.*.attention.wv.weight", "blk.*.attn_v.weight"),
        new("layers.*.attention.wo.weight", "blk.*.attn_output.weight"),
        new("layers.*.feed_forward.w1.weight", "blk.*.ffn_gate.weight"),
        new("layers.*.feed_forward.w2.weight", "blk.*.ffn_down.weight"),
        new("layers.*.feed_forward.w3.weight", "blk.*.ffn_up.weight"),
    ];

    /// <summary>Tables that the model computes again: rotations and masks.</summary>
    public static readonly string[] Dropped = ["**.rope.freqs", "**.freqs_cos", "**.freqs_sin", "**.attention.mask"];
}
