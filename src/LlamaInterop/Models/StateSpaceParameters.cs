namespace LlamaInterop.Models;

/// <summary>The sizes of a selective state space layer, read from <c>ARCH.ssm.*</c>.</summary>
/// <param name="ConvolutionKernel">Rows that a channel's convolution spans.</param>
/// <param name="InnerSize">Channels.</param>
/// <param name="StateSize">Numbers of state that a channel has.</param>
/// <param name="TimeStepRank">Mamba 1: rank of the time step's projection; Mamba 2 and later: heads.</param>
/// <param name="Groups">Groups of heads that share B and C.</param>
/// <param name="NormsDtBc">Whether dt, B and C are normed without weights (Falcon Mamba).</param>
internal sealed record StateSpaceParameters(int ConvolutionKernel, int InnerSize, int StateSize, int TimeStepRank, int Groups, bool NormsDtBc)
{
    /// <summary>Rows that a convolution may span.</summary>
    public const int MaxKernel = 64;

    /// <summary>Heads, of Mamba 2 and later.</summary>
    public int Heads => TimeStepRank;

    /// <summary>Channels of a head.</summary>
    public int HeadLength => InnerSize / Heads;

    public static StateSpaceParameters Read(HyperParameterReader keys) => new(
        keys.Size("ssm.conv_kernel", min: 2, max: MaxKernel),
        keys.Size("ssm.inner_size"),
        keys.Size("ssm.state_size", max: 1 << 16),
        keys.Size("ssm.time_step_rank", max: 1 << 16),
        Math.Max(1, keys.Size("ssm.group_count", 1, 0, 1 << 16)),
        keys.Bool("ssm.dt_b_c_rms", false));

    /// <summary>The same of a layer whose channels make heads and whose heads make groups.</summary>
    public static StateSpaceParameters ReadHeaded(HyperParameterReader keys)
    {
        StateSpaceParameters sizes = Read(keys);
        if (sizes.InnerSize % sizes.Heads != 0)
            throw keys.Wrong(keys.FullName("ssm.inner_size"), $"is {sizes.InnerSize}, no multiple of ssm.time_step_rank {sizes.Heads}");
        return sizes.Heads % sizes.Groups == 0 ? sizes
            : throw keys.Wrong(keys.FullName("ssm.time_step_rank"), $"is {sizes.Heads}, no multiple of ssm.group_count {sizes.Groups}");
    }
}
