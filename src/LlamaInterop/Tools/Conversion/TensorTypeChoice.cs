using LlamaInterop.Gguf;
using LlamaInterop.Import;

namespace LlamaInterop.Tools;

/// <summary>Which element type a converted tensor gets: the one asked for, but F32 where models read nothing else.</summary>
internal static class TensorTypeChoice
{
    /// <summary>What models read as F32 whatever its rank: routers, convolutions, small tables.</summary>
    private static readonly string[] AlwaysF32 =
    [
        "ffn_gate_inp.weight", "ffn_gate_inp_shexp.weight", "position_embd.weight", "token_types.weight", "ssm_conv1d.weight", "shortconv.conv.weight",
        "time_mix_first.weight", "time_mix_w1.weight", "time_mix_w2.weight", "time_mix_decay_w1.weight", "time_mix_decay_w2.weight", "time_mix_lerp_fused.weight",
    ];

    /// <summary>The type that a checkpoint's matrices have.</summary>
    public static ConvertType OfCheckpoint(Checkpoint checkpoint) =>
        checkpoint.Tensors.FirstOrDefault(tensor => tensor.Shape.Length > 1 && tensor.Type is SourceType.F16 or SourceType.BF16)?.Type == SourceType.BF16
            ? ConvertType.BF16 : ConvertType.F16;

    /// <param name="name">The tensor's GGUF name.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="wanted">The type asked for, not <see cref="ConvertType.Auto"/>.</param>
    public static GgufTensorType Of(string name, SourceTensor tensor, ConvertType wanted)
    {
        bool isF32 = tensor.Shape.Length < 2 || name.EndsWith("_norm.weight", StringComparison.Ordinal) || !name.EndsWith(".weight", StringComparison.Ordinal)
            || Array.Exists(AlwaysF32, suffix => name == suffix || name.EndsWith('.' + suffix, StringComparison.Ordinal));
        return isF32 ? GgufTensorType.F32 : wanted switch
        {
            ConvertType.F32 => GgufTensorType.F32,
            ConvertType.F16 => GgufTensorType.F16,
            ConvertType.BF16 => GgufTensorType.BF16,
            ConvertType.Q8_0 => tensor.RowLength % GgufTensorTypes.BlockLength(GgufTensorType.Q8_0) == 0 ? GgufTensorType.Q8_0 : GgufTensorType.F16,
            _ => throw new ArgumentOutOfRangeException(nameof(wanted), wanted, null),
        };
    }
}
