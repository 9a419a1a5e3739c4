namespace LlamaInterop.Models.Checkpoints;

/// <summary>The names of RWKV's layers, under what a checkpoint calls their parts. Vectors may be stored with axes of one element before.</summary>
internal static class RwkvNames
{
    private static readonly TensorChange Flat = new NewShape(-1);

    /// <summary>RWKV 6's mixing over time, less the output.</summary>
    /// <param name="scope">The layer's part of the names: "blocks.*.attention".</param>
    public static TensorRule[] SixthTimeMix(string scope) =>
    [
        Lerps([.. "wkvrg".Select(part => $"{scope}.time_maa_{part}")]),
        new($"{scope}.time_maa_x", "blk.*.time_mix_lerp_x.weight", Flat),
        new($"{scope}.time_maa_w1", "blk.*.time_mix_w1.weight", TensorChange.Transpose),
        new($"{scope}.time_maa_w2", "blk.*.time_mix_w2.weight", new SwappedAxes(1, 2)),
        new($"{scope}.time_faaaa", "blk.*.time_mix_first.weight"),
        new($"{scope}.time_decay", "blk.*.time_mix_decay.weight", Flat),
        new($"{scope}.time_decay_w1", "blk.*.time_mix_decay_w1.weight", TensorChange.Transpose),
        new($"{scope}.time_decay_w2", "blk.*.time_mix_decay_w2.weight", TensorChange.Transpose),
        new($"{scope}.receptance.weight", "blk.*.time_mix_receptance.weight"),
        new($"{scope}.key.weight", "blk.*.time_mix_key.weight"),
        new($"{scope}.value.weight", "blk.*.time_mix_value.weight"),
        new($"{scope}.gate.weight", "blk.*.time_mix_gate.weight"),
        new($"{scope}.ln_x.@", "blk.*.time_mix_ln.@"),
    ];

    /// <summary>RWKV 6's mixing over channels, less the values.</summary>
    /// <param name="scope">The layer's part of the names: "blocks.*.feed_forward".</param>
    public static TensorRule[] SixthChannelMix(string scope) =>
    [
        new($"{scope}.time_maa_k", "blk.*.channel_mix_lerp_k.weight", Flat),
        new($"{scope}.time_maa_r", "blk.*.channel_mix_lerp_r.weight", Flat),
        new($"{scope}.key.weight", "blk.*.channel_mix_key.weight"),
        new($"{scope}.receptance.weight", "blk.*.channel_mix_receptance.weight"),
    ];

    /// <summary>
    /// RWKV 7's mixing over time, in both spellings: flash-linear-attention's, whose low-rank projections are modules, and RWKV's own, whose
    /// are matrices stored [inputs, outputs]. The first layer, which mixes no values, gets its rates' projections in the place of those that
    /// would: readers want tensors there.
    /// </summary>
    /// <param name="scope">The layer's part of the names: "layers.*.attn".</param>
    /// <param name="hasGate">Whether the result is gated.</param>
    public static TensorRule[] SeventhTimeMix(string scope, bool hasGate)
    {
        string parts = hasGate ? "rwkvag" : "rwkva";
        return
        [
            Lerps([.. parts.Select(part => $"{scope}.x_{part}")]),
            new($"{scope}.x_x", "blk.*.time_mix_lerp_fused.weight", new NewShape(parts.Length, 1, 1, -1)),
            .. LowRank(scope, "w", "w"), .. LowRank(scope, "a", "a"), .. LowRank(scope, "v", "v"), .. LowRank(scope, "g", "g"),
            .. LowRank(scope, "a", "v").Select(row => row.At(0)),
            new($"{scope}.k_k", "blk.*.time_mix_k_k.weight", Flat),
            new($"{scope}.k_a", "blk.*.time_mix_k_a.weight", Flat),
            new($"{scope}.r_k", "blk.*.time_mix_r_k.weight", Flat),
            .. Matrix(scope, "receptance", "r_proj"), .. Matrix(scope, "key", "k_proj"), .. Matrix(scope, "value", "v_proj"), .. Matrix(scope, "output", "o_proj"),
            new($"{scope}.g_norm.@", "blk.*.time_mix_ln.@"),
            new($"{scope}.ln_x.@", "blk.*.time_mix_ln.@"),
        ];
    }

    /// <summary>The first layer's mixing of values, which some checkpoints have, for <see cref="CheckpointMap.Dropped"/>.</summary>
    /// <param name="scope">The first layer's part of the names: "layers.0.attn".</param>
    public static string[] FirstValueMix(string scope) => [$"{scope}.v0", $"{scope}.v1", $"{scope}.v2", $"{scope}.v_lora.**"];

    /// <summary>The parts that the row before has in each input, as one.</summary>
    private static TensorRule Lerps(string[] parts) =>
        TensorRule.Join("blk.*.time_mix_lerp_fused.weight", [.. parts.Select(part => new TensorPart(part, new NewShape(1, 1, 1, -1)))]);

    private static TensorRule[] LowRank(string scope, string from, string to) =>
    [
        new($"{scope}.{from}0", $"blk.*.time_mix_{to}0.weight", Flat),
        new($"{scope}.{from}1", $"blk.*.time_mix_{to}1.weight", TensorChange.Transpose),
        new($"{scope}.{from}2", $"blk.*.time_mix_{to}2.weight", TensorChange.Transpose),
        new($"{scope}.{from}_lora.lora.0.weight", $"blk.*.time_mix_{to}1.weight"),
        new($"{scope}.{from}_lora.lora.2.weight", $"blk.*.time_mix_{to}2.weight"),
        new($"{scope}.{from}_lora.lora.2.bias", $"blk.*.time_mix_{to}0.weight"),
    ];

    private static TensorRule[] Matrix(string scope, string name, string shortName) =>
        [new($"{scope}.{name}.weight", $"blk.*.time_mix_{name}.weight"), new($"{scope}.{shortName}.weight", $"blk.*.time_mix_{name}.weight")];
}
