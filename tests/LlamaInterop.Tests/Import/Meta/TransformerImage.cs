namespace LlamaInterop.Tests.Import.Meta;

/// <summary>A tiny model under the names of Meta's class Transformer, whose every element is another number.</summary>
internal sealed class TransformerImage
{
    public const int Width = 8, HiddenWidth = 12, Layers = 2, Heads = 4, KvHeads = 2, Vocabulary = 10, Context = 16;

    private const int KvWidth = Width / Heads * KvHeads;

    private static readonly string[] RowShared = ["wq.weight", "wk.weight", "wv.weight", "w1.weight", "w3.weight", "output.weight"];
    private static readonly string[] ColumnShared = ["wo.weight", "w2.weight", "tok_embeddings.weight"];

    private readonly OrderedDictionary<string, (int[] Shape, float[] Values)> _tensors = [];
    private int _next;

    public TransformerImage(bool hasHead = true)
    {
        Add("tok_embeddings.weight", Vocabulary, Width);
        for (int i = 0; i < Layers; i++)
        {
            Add($"layers.{i}.attention_norm.weight", Width);
            Add($"layers.{i}.attention.wq.weight", Width, Width);
            Add($"layers.{i}.attention.wk.weight", KvWidth, Width);
            Add($"layers.{i}.attention.wv.weight", KvWidth, Width);
            Add($"layers.{i}.attention.wo.weight", Width, Width);
            Add($"layers.{i}.ffn_norm.weight", Width);
            Add($"layers.{i}.feed_forward.w1.weight", HiddenWidth, Width);
            Add($"layers.{i}.feed_forward.w2.weight", Width, HiddenWidth);
            Add($"layers.{i}.feed_forward.w3.weight", HiddenWidth, Width);
        }
        Add("norm.weight", Width);
        if (hasHead)
            Add("output.weight", Vocabulary, Width);
    }

    public IEnumerable<(string Name, int[] Shape, float[] Values)> Tensors => _tensors.Select(tensor => (tensor.Key, tensor.Value.Shape, tensor.Value.Values));

    public float[] this[string name] => _tensors[name].Values;

    public static string Parameters(string vocabulary = "10") => $$"""{"dim": 8, "n_layers": 2, "n_heads": 4, "n_kv_heads": 2, "norm_eps": 1e-05, "vocab_size": {{vocabulary}}}""";

    /// <summary>What one of <paramref name="parts"/> devices has of each tensor.</summary>
    /// <param name="part">The device.</param>
    /// <param name="parts">How many there are.</param>
    /// <param name="tableByRows">As Llama 3 shares out the token table; else as Llama 1 and 2.</param>
    public IEnumerable<(string Name, int[] Shape, float[] Values)> Part(int part, int parts, bool tableByRows)
    {
        foreach (var (name, shape, values) in Tensors)
        {
            bool isTable = name.StartsWith("tok", StringComparison.Ordinal);
            if (isTable && tableByRows || Array.Exists(RowShared, name.EndsWith))
                yield return (name, [shape[0] / parts, shape[1]], [.. values.Skip(values.Length / parts * part).Take(values.Length / parts)]);
            else if (Array.Exists(ColumnShared, name.EndsWith))
                yield return (name, [shape[0], shape[1] / parts], [.. values.Where((_, i) => i % shape[1] / (shape[1] / parts) == part)]);
            else
                yield return (name, shape, values);
        }
    }

    private void Add(string name, params int[] shape) =>
        _tensors.Add(name, (shape, [.. Enumerable.Range(0, shape.Aggregate(1, (product, size) => product * size)).Select(_ => ++_next * 0.25f)]));
}
