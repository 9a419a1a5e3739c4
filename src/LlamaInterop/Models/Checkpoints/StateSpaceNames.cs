namespace LlamaInterop.Models.Checkpoints;

/// <summary>The names of state spaces in transformers, under what their layers call them.</summary>
internal static class StateSpaceNames
{
    /// <summary>Mamba's: every channel by itself.</summary>
    /// <param name="scope">The layer's part of the names: "layers.*.mixer".</param>
    /// <param name="kernel">Rows that the convolution spans.</param>
    public static TensorRule[] Mamba(string scope, int kernel) =>
    [
        new($"{scope}.in_proj.weight", "blk.*.ssm_in.weight"),
        .. Convolution(scope, kernel),
        new($"{scope}.x_proj.weight", "blk.*.ssm_x.weight"),
        new($"{scope}.dt_proj.@", "blk.*.ssm_dt.@"),
        new($"{scope}.A_log", "blk.*.ssm_a", TensorChange.NegativeExp),
        new($"{scope}.D", "blk.*.ssm_d"),
        new($"{scope}.out_proj.weight", "blk.*.ssm_out.weight"),
    ];

    /// <summary>Mamba 2's: heads and groups of heads.</summary>
    /// <param name="scope">The layer's part of the names: "layers.*.mixer".</param>
    /// <param name="kernel">Rows that the convolution spans.</param>
    /// <param name="groups">Groups of heads, each with a norm of its own.</param>
    public static TensorRule[] Mamba2(string scope, int kernel, int groups) =>
    [
        new($"{scope}.in_proj.@", "blk.*.ssm_in.@"),
        .. Convolution(scope, kernel),
        new($"{scope}.dt_bias", "blk.*.ssm_dt.bias"),
        new($"{scope}.A_log", "blk.*.ssm_a", TensorChange.NegativeExp, new NewShape(-1, 1)),
        new($"{scope}.D", "blk.*.ssm_d", new NewShape(-1, 1)),
        new($"{scope}.norm.weight", "blk.*.ssm_norm.weight", new NewShape(groups, -1)),
        new($"{scope}.out_proj.@", "blk.*.ssm_out.@"),
    ];

    /// <summary>A convolution of every channel by itself, stored [channels, 1, kernel].</summary>
    private static TensorRule[] Convolution(string scope, int kernel) =>
    [
        new($"{scope}.conv1d.weight", "blk.*.ssm_conv1d.weight", new NewShape(-1, kernel)),
        new($"{scope}.conv1d.bias", "blk.*.ssm_conv1d.bias"),
    ];
}
