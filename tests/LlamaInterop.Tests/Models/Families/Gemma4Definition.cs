using static LlamaInterop.Tests.Models.Families.NaiveFamily;

namespace LlamaInterop.Tests.Models.Families;

/// <summary>
/// Gemma 4: every second layer sees all, with longer heads; the last two read the keys of the two before. One shape has embeddings of each
/// layer's own, the other experts beside the dense feed-forward.
/// </summary>
internal static class Gemma4Definition
{
    private const int Layers = 6, Shared = 2, FullLength = 20, WindowedLength = 12, PerLayer = 14, Window = 7, Used = 2;

    public static IEnumerable<TinyFamily> All =>
    [
        Family("layer embeddings", new() { ["embedding_length_per_layer_input"] = PerLayer }) with
        {
            Tensors =
            [
                RopeFactors,
                new TinyTensor("per_layer_token_embd.weight", [PerLayer * Layers, TinyVocabulary.Count], 1),
                TinyTensor.Matrix("per_layer_model_proj", 40, PerLayer * Layers),
                TinyTensor.Norm("per_layer_proj_norm", PerLayer),
            ],
            LayerTensors = (f, i) => [.. LayerTensors(f, i), .. PerLayerTensors(f, i)],
        },
        Family("experts", new()
        {
            ["embedding_length_per_layer_input"] = 0,
            ["expert_count"] = 6,
            ["expert_used_count"] = Used,
            ["expert_feed_forward_length"] = 22,
        }) with { LayerTensors = (f, i) => [.. LayerTensors(f, i), .. ExpertTensors(f, i)] },
    ];

    private static TinyTensor RopeFactors => new("rope_freqs.weight", [FullLength / 2], 0);

    private static TinyFamily Family(string variant, Dictionary<string, object> keys) => new("gemma4")
    {
        Variant = variant,
        Layers = Layers,
        KeyLength = FullLength,
        KvHeads = [2, 1, 2, 1, 2, 1],
        Tied = true,
        Embed = value => value * Math.Sqrt(40),
        Logit = value => 5 * Math.Tanh(value / 5),
        Tensors = [RopeFactors],
        Keys = new Dictionary<string, object>(keys)
        {
            ["feed_forward_length"] = new[] { 44, 44, 44, 44, 88, 88 },
            ["final_logit_softcapping"] = 5f,
            ["attention.sliding_window"] = Window,
            ["attention.sliding_window_pattern"] = new[] { true, false, true, false, true, false },
            ["attention.shared_kv_layers"] = Shared,
            ["attention.key_length_swa"] = WindowedLength,
            ["attention.value_length_swa"] = WindowedLength,
            ["rope.dimension_count"] = FullLength,
            ["rope.dimension_count_swa"] = WindowedLength,
            ["rope.freq_base"] = 1e6f,
            ["rope.freq_base_swa"] = 1e4f,
        },
        LayerTensors = LayerTensors,
        Layer = Layer,
    };

    private static bool IsWindowed(int layer) => layer % 2 == 0;

    private static IEnumerable<TinyTensor> LayerTensors(TinyFamily f, int layer)
    {
        string scope = $"blk.{layer}.";
        bool hasKeys = layer < Layers - Shared;
        TinyFamily shape = f with { KeyLength = IsWindowed(layer) ? WindowedLength : FullLength };
        return
        [
            .. f.Norms(layer), TinyTensor.Norm(scope + "post_attention_norm", f.Embedding), TinyTensor.Norm(scope + "post_ffw_norm", f.Embedding),
            .. shape.Attention(layer).Concat(shape.HeadNorms(layer)).Where(tensor =>
                (hasKeys || !tensor.Name.Contains("attn_k", StringComparison.Ordinal)) && (layer is 0 or 2 or 3 || !tensor.Name.Contains("attn_v", StringComparison.Ordinal))),
            .. f.Dense(layer, hasKeys ? 44 : 88),
            new TinyTensor(scope + "layer_output_scale.weight", [1], 0),
        ];
    }

    private static IEnumerable<TinyTensor> PerLayerTensors(TinyFamily f, int layer) =>
    [
        TinyTensor.Matrix($"blk.{layer}.inp_gate", f.Embedding, PerLayer),
        TinyTensor.Matrix($"blk.{layer}.proj", PerLayer, f.Embedding),
        TinyTensor.Norm($"blk.{layer}.post_norm", f.Embedding),
    ];

    /// <summary>Experts with gate and up in one matrix.</summary>
    private static IEnumerable<TinyTensor> ExpertTensors(TinyFamily f, int layer)
    {
        string scope = $"blk.{layer}.";
        return
        [
            .. new[] { "post_ffw_norm_1", "pre_ffw_norm_2", "post_ffw_norm_2" }.Select(name => TinyTensor.Norm(scope + name, f.Embedding)),
            new TinyTensor(scope + "ffn_gate_inp.weight", [f.Embedding, 6], 2),
            new TinyTensor(scope + "ffn_gate_inp.scale", [f.Embedding], 0),
            new TinyTensor(scope + "ffn_gate_up_exps.weight", [f.Embedding, 2 * 22, 6], 1 / Math.Sqrt(f.Embedding)),
            new TinyTensor(scope + "ffn_down_exps.weight", [22, f.Embedding, 6], 1 / Math.Sqrt(22)),
            new TinyTensor(scope + "ffn_down_exps.scale", [6], 0),
        ];
    }

    private static double[][] Layer(NaiveFamily m, int layer, double[][] x)
    {
        string scope = $"blk.{layer}.";
        x = Add(x, m.Norm(scope + "post_attention_norm", m.Attend(layer, m.Norm(scope + "attn_norm", x), Attention(m, layer))));
        double[][] dense = m.FeedForward(layer, m.Norm(scope + "ffn_norm", x), Gelu);
        x = Add(x, m.Norm(scope + "post_ffw_norm", m.Holds(scope + "ffn_gate_inp.weight") ? Add(m.Norm(scope + "post_ffw_norm_1", dense), Experts(m, layer, x)) : dense));
        if (m.Holds(scope + "inp_gate.weight"))
            x = Add(x, m.Norm(scope + "post_norm", m.Linear(scope + "proj", Zip(Map(m.Linear(scope + "inp_gate", x), Gelu), PerLayerRows(m, layer), (g, row) => g * row))));
        return Map(x, value => value * m.Vector(scope + "layer_output_scale.weight")[0]);
    }

    private static NaiveAttention Attention(NaiveFamily m, int layer)
    {
        int? keysOf = layer >= Layers - Shared ? layer - 2 : null;
        return IsWindowed(layer)
            ? new NaiveAttention(Pairs.Halves) { KeyLength = WindowedLength, Scale = 1, Window = Window, NormsValues = true, KeysOf = keysOf }
            : new NaiveAttention(Pairs.Halves)
            {
                Base = 1e6,
                FrequencyFactor = pair => 1 / m.Vector("rope_freqs.weight")[pair],
                Scale = 1,
                NormsValues = true,
                KeysOf = keysOf,
            };
    }

    private static double[][] Experts(NaiveFamily m, int layer, double[][] x)
    {
        string scope = $"blk.{layer}.";
        double[] scale = m.Vector(scope + "ffn_gate_inp.scale");
        double[][] routed = Array.ConvertAll(m.NormPlain(x, x[0].Length), row => row.Select((value, i) => value * scale[i] / Math.Sqrt(row.Length)).ToArray());
        return m.Norm(scope + "post_ffw_norm_2", new NaiveExperts(Used) { Activation = Gelu }.Forward(m, layer, m.Norm(scope + "pre_ffw_norm_2", x), routed));
    }

    private static double[][] PerLayerRows(NaiveFamily m, int layer)
    {
        double[][] projected = m.NormParts("per_layer_proj_norm", Map(m.Linear("per_layer_model_proj", m.Embedded), value => value / Math.Sqrt(40)));
        double[][] rows = Map(m.Rows("per_layer_token_embd", m.Tokens), value => value * Math.Sqrt(PerLayer));
        return Columns(Zip(projected, rows, (p, row) => (p + row) / Math.Sqrt(2)), layer * PerLayer, PerLayer);
    }
}
