namespace LlamaInterop.Tools;

/// <summary>A matrix of a synthetic model, as GGUF names it.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Inputs">Elements of a row.</param>
/// <param name="Outputs">Rows.</param>
/// <param name="Count">Matrices in one tensor: experts.</param>
/// <param name="IsRouter">Whether it chooses experts, which stays in F32 whatever the type of the others.</param>
internal readonly record struct ShapeMatrix(string Name, int Inputs, int Outputs, int Count = 1, bool IsRouter = false)
{
    public long Elements => (long)Inputs * Outputs * Count;
}

/// <summary>The sizes of a Llama: what a synthetic model is made from.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Width">Embedding length.</param>
/// <param name="Heads">Query heads; each is Width / Heads wide.</param>
/// <param name="KvHeads">Key and value heads.</param>
/// <param name="FeedForward">Feed-forward length.</param>
/// <param name="Vocabulary">Tokens; at least <see cref="SyntheticVocabulary.FixedTokens"/>.</param>
/// <param name="Context">Context length.</param>
/// <param name="TiedHead">Whether the embedding table is the output head too.</param>
/// <param name="Experts">Experts of a layer, each with a feed-forward of its own; 0 for a dense model.</param>
/// <param name="ExpertsUsed">Experts that a token has.</param>
internal sealed record ModelShape(
    string Name, int Layers, int Width, int Heads, int KvHeads, int FeedForward, int Vocabulary, int Context, bool TiedHead = false,
    int Experts = 0, int ExpertsUsed = 0)
{
    /// <summary>Every shape with a name.</summary>
    public static IReadOnlyList<ModelShape> All { get; } =
    [
        new("small", 12, 768, 12, 12, 2048, 32000, 2048),
        new("smollm2-135m", 30, 576, 9, 3, 1536, 49152, 8192, TiedHead: true),
        new("llama-1.1b", 22, 2048, 32, 4, 5632, 32000, 2048), // TinyLlama
        new("llama-7b", 32, 4096, 32, 32, 11008, 32000, 4096), // Llama 2
        new("moe-3b", 16, 2048, 32, 8, 3584, 32000, 4096, Experts: 8, ExpertsUsed: 2), // Mixtral's experts in a smaller house
        new("moe-3b-a1b", 32, 1536, 24, 8, 512, 49152, 4096, TiedHead: true, Experts: 40, ExpertsUsed: 8), // sizes of Granite 3.1 3B A800M
    ];

    /// <summary>The model's matrices in the order of a file.</summary>
    public IEnumerable<ShapeMatrix> Matrices()
    {
        int kvWidth = Width / Heads * KvHeads;
        yield return new("token_embd.weight", Width, Vocabulary);
        for (int i = 0; i < Layers; i++)
        {
            string scope = $"blk.{i}.";
            yield return new(scope + "attn_q.weight", Width, Width);
            yield return new(scope + "attn_k.weight", Width, kvWidth);
            yield return new(scope + "attn_v.weight", Width, kvWidth);
            yield return new(scope + "attn_output.weight", Width, Width);
            foreach (ShapeMatrix matrix in FeedForwardOf(scope))
                yield return matrix;
        }
        if (!TiedHead)
            yield return new("output.weight", Width, Vocabulary);
    }

    private IEnumerable<ShapeMatrix> FeedForwardOf(string scope)
    {
        string suffix = Experts > 0 ? "_exps.weight" : ".weight";
        int count = Math.Max(1, Experts);
        if (Experts > 0)
            yield return new(scope + "ffn_gate_inp.weight", Width, Experts, IsRouter: true);
        yield return new(scope + "ffn_gate" + suffix, Width, FeedForward, count);
        yield return new(scope + "ffn_up" + suffix, Width, FeedForward, count);
        yield return new(scope + "ffn_down" + suffix, FeedForward, Width, count);
    }

    /// <summary>The norms' weights, each <see cref="Width"/> long.</summary>
    public IEnumerable<string> Norms()
    {
        for (int i = 0; i < Layers; i++)
        {
            yield return $"blk.{i}.attn_norm.weight";
            yield return $"blk.{i}.ffn_norm.weight";
        }
        yield return "output_norm.weight";
    }
}
