using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Quantization;

/// <summary>The header of a model without weights: what planning needs.</summary>
internal sealed record QuantizeShape(
    string Architecture, int Layers, int Heads, int KeyHeads, int Width = 256, int Experts = 0, bool IsTied = false, bool IsPacked = false, bool IsGated = true)
{
    public const int FeedForward = 512;

    public GgufTensorType Type { get; init; } = GgufTensorType.F16;

    public GgufMetadata Metadata => new("shape.gguf", new OrderedDictionary<string, GgufValue>
    {
        ["general.architecture"] = GgufValue.From(Architecture),
        [$"{Architecture}.block_count"] = GgufValue.From((uint)Layers),
        [$"{Architecture}.attention.head_count"] = GgufValue.From((uint)Heads),
        [$"{Architecture}.attention.head_count_kv"] = GgufValue.From((uint)KeyHeads),
        [$"{Architecture}.expert_count"] = GgufValue.From((uint)Experts),
    });

    public List<GgufTensorInfo> Tensors()
    {
        List<GgufTensorInfo> tensors = [Info("token_embd.weight", Width, FeedForward), Info("output_norm.weight", Width)];
        if (!IsTied)
            tensors.Add(Info("output.weight", Width, FeedForward));
        for (int i = 0; i < Layers; i++)
            tensors.AddRange(Layer($"blk.{i}."));
        return tensors;
    }

    public QuantizePlan Plan(QuantizeOptions options)
    {
        var traits = ModelTraits.Read(Metadata);
        return QuantizePlanner.Plan(Tensors(), options, ImportanceWeights.Select(options), traits, new LayerPruning(options.PruneLayers, traits, Metadata));
    }

    public QuantizePlan Plan(string type) => Plan(new QuantizeOptions { Type = QuantizeType.Parse(type) });

    private IEnumerable<GgufTensorInfo> Layer(string scope)
    {
        yield return Info(scope + "attn_norm.weight", Width);
        string[] attention = IsPacked ? ["attn_qkv", "attn_output"] : ["attn_q", "attn_k", "attn_v", "attn_output"];
        foreach (string name in attention)
            yield return Info($"{scope}{name}.weight", Width, Width);
        if (Experts > 0)
            yield return Info(scope + "ffn_gate_inp.weight", Width, Experts);
        string suffix = Experts > 0 ? "_exps.weight" : ".weight";
        long[] stack = Experts > 0 ? [Experts] : [];
        if (IsGated)
            yield return Info(scope + "ffn_gate" + suffix, [Width, FeedForward, .. stack]);
        yield return Info(scope + "ffn_up" + suffix, [Width, FeedForward, .. stack]);
        yield return Info(scope + "ffn_down" + suffix, [FeedForward, Width, .. stack]);
    }

    private GgufTensorInfo Info(string name, params long[] dimensions) => new(name, Type, dimensions, partIndex: 0, fileOffset: 0);
}
