namespace LlamaInterop.Models.Checkpoints;

/// <summary>Projections of q, k and v that families store in one tensor.</summary>
internal static class FusedNames
{
    /// <summary>
    /// q, k and v, in this order, out of rows that stand by group: a group's query heads, its key head, its value head. One group is
    /// multi-query attention; as many as heads is attention whose heads have each their own (GPT-NeoX, BLOOM).
    /// </summary>
    /// <param name="from">The tensor's pattern.</param>
    /// <param name="groups">Key heads.</param>
    /// <param name="queries">Query heads of a group.</param>
    /// <param name="headLength">Rows of a head.</param>
    public static TensorPart[] Grouped(string from, int groups, int queries, int headLength) =>
    [
        new(from, TensorChange.Rows(0, (long)queries * headLength, groups)),
        new(from, TensorChange.Rows((long)queries * headLength, headLength, groups)),
        new(from, TensorChange.Rows((queries + 1L) * headLength, headLength, groups)),
    ];

    /// <summary>The same, sized by a configuration's heads.</summary>
    /// <param name="from">The tensor's pattern.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="groups">Key heads.</param>
    /// <exception cref="ModelException">The heads are no multiple of the groups.</exception>
    public static TensorPart[] Grouped(string from, ModelConfig config, int groups)
    {
        int heads = DecoderKeys.Heads(config);
        return heads % groups == 0 ? Grouped(from, groups, heads / groups, DecoderKeys.HeadLength(config))
            : throw config.Refuse("num_key_value_heads", $"is {groups}, which does not divide the {heads} heads");
    }

    /// <summary>Three tensors out of one, whose rotary halves become neighbours.</summary>
    /// <param name="parts">q, k and v.</param>
    /// <param name="heads">Query heads.</param>
    /// <param name="kvHeads">Key heads.</param>
    public static TensorRule[] Permuted(TensorPart[] parts, int heads, int kvHeads) =>
    [
        new("blk.*.attn_q.@", [parts[0]], [TensorChange.PermuteHeads(heads)]),
        new("blk.*.attn_k.@", [parts[1]], [TensorChange.PermuteHeads(kvHeads)]),
        new("blk.*.attn_v.@", [parts[2]], []),
    ];
}
