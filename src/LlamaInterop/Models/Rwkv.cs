using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// RWKV 6 (Peng et al. 2024) and RWKV 7 (Peng et al. 2025): recurrent mixing over time and over channels, with layer norms, also of the
/// embedding. RWKV 6's files may ask for the rows to be halved every so many layers, for which the weights after them are made. ARWKV 7
/// (Lin et al. 2025) is a Qwen 2 whose attention became RWKV 7's mixing over time.
/// </summary>
internal static class Rwkv
{
    public static IModel CreateRwkv6(ModelSource source)
    {
        int rescale = source.Parameters.Keys.Size("rescale_every_n_layers", 0, 0);
        return Create(source, i => new Rwkv6TimeMix(source, i), i => rescale > 0 && (i + 1) % rescale == 0 ? 0.5f : 1);
    }

    public static IModel CreateRwkv7(ModelSource source)
    {
        var firstValues = new object();
        return Create(source, i => new Rwkv7TimeMix(source, i, firstValues), _ => 1);
    }

    public static IModel CreateArwkv7(ModelSource source)
    {
        var firstValues = new object();
        return new Decoder(source, new DecoderOptions(), i =>
            Layer.PreNorm(source, i, new Rwkv7TimeMix(source, i, firstValues), new FeedForward(source, i, GluKind.SILU)));
    }

    private static Decoder Create(ModelSource source, Func<int, IMixer> timeMix, Func<int, float> outputScale)
    {
        long n = source.Parameters.EmbeddingLength;
        source.Weights.Vector("token_embd_norm.weight", n);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i => new Layer(i, timeMix(i), new RwkvChannelMix(source, i))
        {
            MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", n, NormKind.Layer),
            FeedForwardNorm = Norm.Load(source, $"blk.{i}.attn_norm_2", n, NormKind.Layer),
            OutputScale = outputScale(i),
        });
    }
}
