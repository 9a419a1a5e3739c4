using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>Mamba (Gu &amp; Dao 2023), Falcon Mamba (Zuo et al. 2024) and Mamba 2 (Dao &amp; Gu 2024): state spaces alone, without feed-forwards.</summary>
internal static class Mamba
{
    public static IModel Create(ModelSource source) => Create(source, i => new MambaMixer(source, i));

    public static IModel CreateMamba2(ModelSource source) => Create(source, i => new Mamba2Mixer(source, i));

    private static Decoder Create(ModelSource source, Func<int, IMixer> mixer) => new(source, new DecoderOptions(), i => new Layer(i, mixer(i), null)
    {
        MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", source.Parameters.EmbeddingLength),
    });
}
