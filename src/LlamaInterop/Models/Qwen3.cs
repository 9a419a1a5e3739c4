using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>Qwen 3 (Yang et al. 2025): an RMS norm on every query and key head before rotary halves, and no biases.</summary>
internal static class Qwen3
{
    public static IModel Create(ModelSource source)
    {
        for (int i = 0; i < source.Parameters.Layers; i++)
            source.Weights.Vector($"blk.{i}.attn_q_norm.weight", source.Parameters.KeyLength);
        return new PreNormDecoder(source, new DecoderOptions(RopeMode.NEOX));
    }
}
