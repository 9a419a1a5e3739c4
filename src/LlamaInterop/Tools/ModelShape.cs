namespace LlamaInterop.Tools;

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
internal sealed record ModelShape(
    string Name, int Layers, int Width, int Heads, int KvHeads, int FeedForward, int Vocabulary, int Context, bool TiedHead = false)
{
    /// <summary>Every shape with a name.</summary>
    public static IReadOnlyList<ModelShape> All { get; } =
    [
        new("small", 12, 768, 12, 12, 2048, 32000, 2048),
        new("smollm2-135m", 30, 576, 9, 3, 1536, 49152, 8192, TiedHead: true),
        new("llama-1.1b", 22, 2048, 32, 4, 5632, 32000, 2048), // TinyLlama
        new("llama-7b", 32, 4096, 32, 32, 11008, 32000, 4096), // Llama 2
    ];

    /// <summary>The model's matrices as GGUF names them, with inputs and outputs, in the order of a file.</summary>
    public IEnumerable<(string Name, int Inputs, int Outputs)> Matrices()
    {
        int kvWidth = Width / Heads * KvHeads;
        yield return ("token_embd.weight", Width, Vocabulary);
        for (int i = 0; i < Layers; i++)
        {
            string scope = $"blk.{i}.";
            yield return (scope + "attn_q.weight", Width, Width);
            yield return (scope + "attn_k.weight", Width, kvWidth);
            yield return (scope + "attn_v.weight", Width, kvWidth);
            yield return (scope + "attn_output.weight", Width, Width);
            yield return (scope + "ffn_gate.weight", Width, FeedForward);
            yield return (scope + "ffn_up.weight", Width, FeedForward);
            yield return (scope + "ffn_down.weight", FeedForward, Width);
        }
        if (!TiedHead)
            yield return ("output.weight", Width, Vocabulary);
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
