using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>Normalizations.</summary>
internal static class Norm
{
    /// <summary>RMS norm (Zhang &amp; Sennrich 2019) times weight; a weight shorter than the row norms each such stretch (a head) by itself.</summary>
    public static Tensor Rms(Graph g, string name, Tensor x, Tensor weight, float epsilon)
    {
        Tensor normed = g.RmsNorm(name, x, epsilon, weight.Width);
        return g.Mul(name + ".weight", normed, weight);
    }
}
