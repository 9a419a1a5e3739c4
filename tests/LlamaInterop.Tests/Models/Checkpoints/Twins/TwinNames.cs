namespace LlamaInterop.Tests.Models.Checkpoints.Twins;

/// <summary>Names and layouts that several families of transformers share.</summary>
internal static class TwinNames
{
    public static readonly TwinTensor[] Outer = [new("model.embed_tokens", "token_embd"), new("lm_head", "output"), new("model.norm", "output_norm")];

    public static readonly TwinTensor[] PreNorms = [new("model.layers.*.input_layernorm", "blk.*.attn_norm"), new("model.layers.*.post_attention_layernorm", "blk.*.ffn_norm")];

    public static readonly TwinTensor[] LatePreNorms =
        [new("model.layers.*.input_layernorm", "blk.*.attn_norm"), new("model.layers.*.post_attention_layernorm", "blk.*.post_attention_norm")];

    public static readonly TwinTensor[] PostNorms =
        [new("model.layers.*.post_attention_layernorm", "blk.*.post_attention_norm"), new("model.layers.*.post_feedforward_layernorm", "blk.*.post_ffw_norm")];

    public static readonly TwinTensor[] Values = [new("model.layers.*.self_attn.v_proj", "blk.*.attn_v"), new("model.layers.*.self_attn.o_proj", "blk.*.attn_output")];

    public static readonly TwinTensor[] Attention = [new("model.layers.*.self_attn.q_proj", "blk.*.attn_q"), new("model.layers.*.self_attn.k_proj", "blk.*.attn_k"), .. Values];

    /// <summary>Rotary halves, where the file has neighbours.</summary>
    public static readonly TwinTensor[] HalvedAttention =
        [new("model.layers.*.self_attn.q_proj", ["blk.*.attn_q"], Halves), new("model.layers.*.self_attn.k_proj", ["blk.*.attn_k"], Halves), .. Values];

    public static readonly TwinTensor[] HeadNorms = [new("model.layers.*.self_attn.q_norm", "blk.*.attn_q_norm"), new("model.layers.*.self_attn.k_norm", "blk.*.attn_k_norm")];

    public static readonly TwinTensor[] FeedForward =
        [new("model.layers.*.mlp.gate_proj", "blk.*.ffn_gate"), new("model.layers.*.mlp.up_proj", "blk.*.ffn_up"), new("model.layers.*.mlp.down_proj", "blk.*.ffn_down")];

    public static readonly TwinTensor[] Experts =
    [
        new("model.layers.*.mlp.gate", "blk.*.ffn_gate_inp"),
        new("model.layers.*.mlp.experts.#.gate_proj", "blk.*.ffn_gate_exps"),
        new("model.layers.*.mlp.experts.#.up_proj", "blk.*.ffn_up_exps"),
        new("model.layers.*.mlp.experts.#.down_proj", "blk.*.ffn_down_exps"),
    ];

    public static readonly TwinTensor[] SharedExperts = Shared("shared_experts");

    public static readonly TwinTensor[] SelectionBias = [new("model.layers.*.mlp.gate.e_score_correction_bias", "blk.*.exp_probs_b.bias")];

    public static readonly TwinTensor[] Latent =
    [
        new("model.layers.*.self_attn.q_proj", "blk.*.attn_q"),
        new("model.layers.*.self_attn.q_a_proj", "blk.*.attn_q_a"),
        new("model.layers.*.self_attn.q_a_layernorm", "blk.*.attn_q_a_norm"),
        new("model.layers.*.self_attn.q_b_proj", "blk.*.attn_q_b"),
        new("model.layers.*.self_attn.kv_a_proj_with_mqa", "blk.*.attn_kv_a_mqa"),
        new("model.layers.*.self_attn.kv_a_layernorm", "blk.*.attn_kv_a_norm"),
        new("model.layers.*.self_attn.o_proj", "blk.*.attn_output"),
    ];

    public static readonly TwinTensor[] Decoder = [.. Outer, .. PreNorms, .. Attention, .. FeedForward];

    public static readonly TwinTensor[] HalvedDecoder = [.. Outer, .. PreNorms, .. HalvedAttention, .. FeedForward];

    public static TwinTensor[] Shared(string name) =>
    [
        new($"model.layers.*.mlp.{name}.gate_proj", "blk.*.ffn_gate_shexp"),
        new($"model.layers.*.mlp.{name}.up_proj", "blk.*.ffn_up_shexp"),
        new($"model.layers.*.mlp.{name}.down_proj", "blk.*.ffn_down_shexp"),
    ];

    /// <summary>Less 1 in the checkpoint.</summary>
    public static TwinTensor[] LessOne(TwinTensor[] tensors) => [.. tensors.Select(tensor => tensor with { Less = 1 })];

    /// <summary>The file's row of row <paramref name="row"/> of a head in halves.</summary>
    public static int Neighbour(int row, int headLength)
    {
        int half = headLength / 2, head = row / headLength, place = row % headLength;
        return (head * headLength) + (place < half ? 2 * place : (2 * (place - half)) + 1);
    }

    /// <summary>Which of q, k and v, and which of its rows, where each group's queries stand before its key and its value.</summary>
    public static (int Part, int Row) Grouped(TwinSizes sizes, int row)
    {
        int queries = sizes.Heads / sizes.KvHeads, headOfAll = row / sizes.HeadLength, place = row % sizes.HeadLength;
        int group = headOfAll / (queries + 2), head = headOfAll % (queries + 2);
        return head < queries ? (0, (((group * queries) + head) * sizes.HeadLength) + place) : (1 + head - queries, (group * sizes.HeadLength) + place);
    }

    /// <summary>The same, where the file has all of q, k and v in one tensor.</summary>
    public static (int Part, int Row, int Column) GroupedInOne(TwinSizes sizes, int row, int column)
    {
        (int part, int within) = Grouped(sizes, row);
        int[] starts = [0, sizes.Heads * sizes.HeadLength, (sizes.Heads + sizes.KvHeads) * sizes.HeadLength];
        return (0, starts[part] + within, column);
    }

    private static (int Part, int Row, int Column) Halves(TwinSizes sizes, int row, int column) => (0, Neighbour(row, sizes.HeadLength), column);
}
