using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>Qwen 2 and 2.5 (Yang et al. 2024): Llama's layers with biases on q, k and v, and rotary halves.</summary>
internal static class Qwen2
{
    public static IModel Create(ModelSource source)
    {
        for (int i = 0; i < source.Parameters.Layers; i++)
            source.Weights.Vector($"blk.{i}.attn_q.bias", (long)source.Parameters.Heads * source.Parameters.KeyLength);
        return new PreNormDecoder(source, new DecoderOptions(RopeMode.NEOX));
    }
}
