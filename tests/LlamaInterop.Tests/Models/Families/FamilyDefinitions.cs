using static LlamaInterop.Tests.Models.Families.NaiveFamily;

namespace LlamaInterop.Tests.Models.Families;

/// <summary>Architectures as their papers and reference code define them, each with a tiny model's shape.</summary>
internal static class FamilyDefinitions
{
    private static readonly int[] TextSections = [3, 3, 2, 0];

    public static IEnumerable<TinyFamily> All =>
    [
        new("qwen2vl")
        {
            KeyLength = 16,
            Embedding = 64,
            Keys = new Dictionary<string, object> { ["rope.dimension_sections"] = TextSections, ["rope.freq_base"] = 1e6f },
            LayerTensors = (f, i) => [.. f.Llama(i), .. QkvBiases(f, i)],
            Layer = (m, i, x) => LlamaLayer(m, i, x, new NaiveAttention(Pairs.Halves) { Base = 1e6 }),
        },
        new("qwen3vl")
        {
            KeyLength = 16,
            Keys = new Dictionary<string, object> { ["rope.dimension_sections"] = TextSections, ["rope.freq_base"] = 5e6f },
            LayerTensors = (f, i) => [.. f.Llama(i), .. f.HeadNorms(i)],
            Layer = (m, i, x) => LlamaLayer(m, i, x, new NaiveAttention(Pairs.Halves) { Base = 5e6 }),
        },
        new("qwen3vlmoe")
        {
            KeyLength = 16,
            Keys = new Dictionary<string, object>
            {
                ["rope.dimension_sections"] = TextSections,
                ["expert_count"] = 6,
                ["expert_used_count"] = 2,
                ["expert_feed_forward_length"] = 22,
            },
            LayerTensors = (f, i) => [.. f.Norms(i), .. f.Attention(i), .. f.HeadNorms(i), .. f.Experts(i, 6, 22)],
            Layer = (m, i, x) => ExpertLayer(m, i, x, new NaiveAttention(Pairs.Halves), new NaiveExperts(2)),
        },
        new("xverse") { LayerTensors = (f, i) => f.Llama(i), Layer = (m, i, x) => LlamaLayer(m, i, x, new NaiveAttention(Pairs.Neighbours)) },
        new("refact")
        {
            KvHeads = [1],
            LayerTensors = (f, i) => f.Llama(i),
            Layer = (m, i, x) => LlamaLayer(m, i, x, new NaiveAttention(Pairs.None) { AlibiMaxBias = 8 }),
        },
        new("jais")
        {
            LayerNorms = true,
            KvHeads = [4],
            Keys = new Dictionary<string, object> { ["attention.max_alibi_bias"] = 8f },
            LayerTensors = (f, i) => [.. f.Norms(i), .. f.NormBiases(i), .. f.Attention(i, biases: true, fused: true), .. f.Dense(i, biases: true)],
            Layer = (m, i, x) => LlamaLayer(m, i, x, new NaiveAttention(Pairs.None) { AlibiMaxBias = 8, Scale = 0.1 }),
        },
        new("plamo")
        {
            Keys = new Dictionary<string, object> { ["rope.dimension_count"] = 10 },
            LayerTensors = (f, i) => [TinyTensor.Norm($"blk.{i}.attn_norm", f.Embedding), .. f.Attention(i), .. f.Dense(i)],
            Layer = (m, i, x) =>
            {
                double[][] h = m.Norm($"blk.{i}.attn_norm", x);
                return Add(Add(x, m.Attend(i, h, new NaiveAttention(Pairs.Halves))), m.FeedForward(i, h, Silu));
            },
        },
        new("jais2")
        {
            LayerNorms = true,
            KvHeads = [4],
            Keys = new Dictionary<string, object> { ["rope.dimension_count"] = 10 },
            LayerTensors = (f, i) => [.. f.Norms(i), .. f.NormBiases(i), .. f.Attention(i, biases: true), .. f.Dense(i, biases: true, gated: false)],
            Layer = (m, i, x) => m.PreNorm(i, x, h => m.Attend(i, h, new NaiveAttention(Pairs.Halves)), h => m.FeedForward(i, h, v => v > 0 ? v * v : 0)),
        },
        new("pangu-embedded")
        {
            Keys = new Dictionary<string, object> { ["rope.dimension_count"] = 10 },
            LayerTensors = (f, i) => [.. f.Norms(i), .. f.Attention(i, biases: true), .. f.Dense(i)],
            Layer = (m, i, x) => LlamaLayer(m, i, x, new NaiveAttention(Pairs.Halves)),
        },
        Mistral3(),
        Deci(),
        OpenElm(),
        .. Mixtures,
    ];

    private static IEnumerable<TinyFamily> Mixtures =>
    [
        new("bailingmoe")
        {
            Keys = new Dictionary<string, object>
            {
                ["rope.dimension_count"] = 10,
                ["expert_count"] = 6,
                ["expert_used_count"] = 2,
                ["expert_shared_count"] = 2,
                ["expert_feed_forward_length"] = 22,
                ["expert_weights_scale"] = 1f,
                ["expert_weights_norm"] = true,
            },
            LayerTensors = (f, i) => [.. f.Norms(i), .. f.Attention(i), .. f.Experts(i, 6, 22), .. f.Dense(i, 44, "_shexp")],
            Layer = (m, i, x) => ExpertLayer(m, i, x, new NaiveAttention(Pairs.Neighbours), new NaiveExperts(2)),
        },
        new("bailingmoe2")
        {
            Keys = new Dictionary<string, object>
            {
                ["rope.dimension_count"] = 6,
                ["leading_dense_block_count"] = 1,
                ["expert_count"] = 8,
                ["expert_used_count"] = 3,
                ["expert_shared_count"] = 1,
                ["expert_group_count"] = 4,
                ["expert_group_used_count"] = 2,
                ["expert_feed_forward_length"] = 22,
                ["expert_weights_scale"] = 2.5f,
                ["expert_weights_norm"] = true,
                ["expert_gating_func"] = 2,
            },
            LayerTensors = (f, i) =>
            [
                .. f.Norms(i), .. f.Attention(i, fused: true), .. f.HeadNorms(i),
                .. i == 0 ? f.Dense(i) : [.. f.Experts(i, 8, 22, choiceBias: true), .. f.Dense(i, 22, "_shexp")],
            ],
            Layer = (m, i, x) => ExpertLayer(m, i, x, new NaiveAttention(Pairs.Halves) { Rotated = 6 }, new NaiveExperts(3) { Sigmoid = true, Scale = 2.5, Groups = 4, GroupsUsed = 2 }),
        },
        new("minimax-m2")
        {
            KeyLength = 14,
            Keys = new Dictionary<string, object>
            {
                ["rope.dimension_count"] = 6,
                ["expert_count"] = 7,
                ["expert_used_count"] = 3,
                ["expert_feed_forward_length"] = 44,
                ["expert_gating_func"] = 2,
            },
            LayerTensors = (f, i) =>
            [
                .. f.Norms(i), .. f.Attention(i), .. f.Experts(i, 7, 44, choiceBias: true),
                TinyTensor.Norm($"blk.{i}.attn_q_norm", 4 * 14), TinyTensor.Norm($"blk.{i}.attn_k_norm", 2 * 14),
            ],
            Layer = (m, i, x) => ExpertLayer(m, i, x, new NaiveAttention(Pairs.Halves) { Rotated = 6 }, new NaiveExperts(3) { Sigmoid = true }),
        },
        new("exaone-moe")
        {
            Layers = 5,
            Keys = new Dictionary<string, object>
            {
                ["attention.sliding_window"] = 7,
                ["attention.sliding_window_pattern"] = 4,
                ["leading_dense_block_count"] = 1,
                ["expert_count"] = 6,
                ["expert_used_count"] = 2,
                ["expert_shared_count"] = 1,
                ["expert_feed_forward_length"] = 22,
                ["expert_weights_scale"] = 2.5f,
                ["expert_weights_norm"] = true,
                ["expert_gating_func"] = 2,
            },
            LayerTensors = (f, i) =>
            [
                .. f.Norms(i), .. f.Attention(i), .. f.HeadNorms(i),
                .. i == 0 ? f.Dense(i) : [.. f.Experts(i, 6, 22, choiceBias: true), .. f.Dense(i, 22, "_shexp")],
            ],
            Layer = (m, i, x) => ExpertLayer(
                m, i, x, i % 4 == 3 ? new NaiveAttention(Pairs.None) : new NaiveAttention(Pairs.Halves) { Window = 7 }, new NaiveExperts(2) { Sigmoid = true, Scale = 2.5 }),
        },
        SmallThinker(),
        Afmoe(),
    ];

    /// <summary>YaRN over 32 positions stretched by 4, its magnitude taken back.</summary>
    private static TinyFamily Mistral3() => new("mistral3")
    {
        KeyLength = 12,
        Keys = new Dictionary<string, object>
        {
            ["rope.scaling.type"] = "yarn",
            ["rope.scaling.factor"] = 4f,
            ["rope.scaling.original_context_length"] = 16,
            ["rope.scaling.yarn_beta_fast"] = 4f,
            ["rope.scaling.yarn_log_multiplier"] = 1f,
            ["attention.temperature_scale"] = 0.1f,
        },
        LayerTensors = (f, i) => f.Llama(i),
        Layer = (m, i, x) => LlamaLayer(m, i, x, new NaiveAttention(Pairs.Neighbours)
        {
            FrequencyFactor = pair => YarnFactor(pair, 12, context: 16, stretch: 4, fast: 4, slow: 1),
            Temperature = position => 1 + (0.1 * Math.Log(1 + Math.Floor(position / 16.0))),
        }),
    };

    /// <summary>Peng et al. 2023: pairs of many turns stay, those of few are stretched, between them a ramp from rounded ends.</summary>
    private static double YarnFactor(int pair, int rotated, int context, double stretch, double fast, double slow)
    {
        double PairOf(double turns) => rotated * Math.Log(context / (turns * 2 * Math.PI)) / (2 * Math.Log(10000));
        double low = Math.Max(0, Math.Floor(PairOf(fast))), high = Math.Min(rotated - 1, Math.Ceiling(PairOf(slow)));
        double stretched = Math.Clamp((pair - low) / Math.Max(high - low, 0.001), 0, 1);
        return 1 - stretched + (stretched / stretch);
    }

    /// <summary>Layers: whole, without attention, with a matrix in its place, without anything.</summary>
    private static TinyFamily Deci() => new("deci")
    {
        Layers = 5,
        Heads = [4, 0, 4, 0, 4],
        KvHeads = [2, 0, 0, 0, 1],
        Keys = new Dictionary<string, object> { ["feed_forward_length"] = new[] { 44, 36, 20, 0, 28 }, ["rope.dimension_count"] = 10 },
        LayerTensors = (f, i) => i switch
        {
            1 => [TinyTensor.Norm("blk.1.ffn_norm", 40), .. f.Dense(i, 36)],
            2 => [.. f.Norms(i), TinyTensor.Matrix("blk.2.attn_output", 40, 40), .. f.Dense(i, 20)],
            3 => [],
            _ => [.. f.Norms(i), .. f.Attention(i), .. f.Dense(i, i == 0 ? 44 : 28)],
        },
        Layer = (m, i, x) => i switch
        {
            1 => Add(x, m.FeedForward(i, m.Norm("blk.1.ffn_norm", x), Silu)),
            2 => m.PreNorm(i, x, h => m.Linear("blk.2.attn_output", h), h => m.FeedForward(i, h, Silu)),
            3 => x,
            _ => LlamaLayer(m, i, x, new NaiveAttention(Pairs.Neighbours)),
        },
    };

    private static TinyFamily OpenElm() => new("openelm")
    {
        Tied = true,
        Heads = [4, 6, 6],
        KvHeads = [2, 2, 3],
        Keys = new Dictionary<string, object> { ["feed_forward_length"] = new[] { 20, 36, 44 }, ["rope.dimension_count"] = 10 },
        LayerTensors = (f, i) => [.. f.Norms(i), .. f.Attention(i, fused: true), .. f.HeadNorms(i), .. f.Dense(i, i == 0 ? 20 : i == 1 ? 36 : 44)],
        Layer = (m, i, x) => LlamaLayer(m, i, x, new NaiveAttention(Pairs.Halves)),
    };

    private static TinyFamily SmallThinker() => new("smallthinker")
    {
        Layers = 5,
        Keys = new Dictionary<string, object>
        {
            ["attention.sliding_window"] = 4096,
            ["expert_count"] = 6,
            ["expert_used_count"] = 2,
            ["expert_feed_forward_length"] = 22,
            ["expert_gating_func"] = 2,
        },
        LayerTensors = (f, i) => [.. f.Norms(i), .. f.Attention(i), .. f.Experts(i, 6, 22)],
        Layer = (m, i, x) => m.PreNorm(
            i,
            x,
            h => m.Attend(i, h, new NaiveAttention(i % 4 == 0 ? Pairs.None : Pairs.Halves)),
            h => new NaiveExperts(2) { Sigmoid = true, Activation = value => Math.Max(value, 0) }.Forward(m, i, h, routed: x)),
    };

    private static TinyFamily Afmoe() => new("afmoe")
    {
        Layers = 5,
        Embed = value => value * Math.Sqrt(40),
        Keys = new Dictionary<string, object>
        {
            ["rope.dimension_count"] = 10,
            ["attention.sliding_window"] = 7,
            ["leading_dense_block_count"] = 1,
            ["expert_count"] = 6,
            ["expert_used_count"] = 2,
            ["expert_shared_count"] = 1,
            ["expert_feed_forward_length"] = 22,
            ["expert_weights_scale"] = 2.8f,
            ["expert_weights_norm"] = true,
            ["expert_gating_func"] = 2,
        },
        LayerTensors = (f, i) =>
        [
            .. f.Norms(i), TinyTensor.Norm($"blk.{i}.post_attention_norm", f.Embedding), TinyTensor.Norm($"blk.{i}.post_ffw_norm", f.Embedding),
            .. f.Attention(i), .. f.HeadNorms(i), TinyTensor.Matrix($"blk.{i}.attn_gate", f.Embedding, 40),
            .. i == 0 ? f.Dense(i) : [.. f.Experts(i, 6, 22, choiceBias: true), .. f.Dense(i, 22, "_shexp")],
        ],
        Layer = (m, i, x) => m.PreNorm(
            i,
            x,
            h => m.Norm($"blk.{i}.post_attention_norm", m.Attend(i, h, i % 4 == 3 ? new NaiveAttention(Pairs.None) : new NaiveAttention(Pairs.Halves) { Window = 7 })),
            h => m.Norm($"blk.{i}.post_ffw_norm", i == 0 ? m.FeedForward(i, h, Silu) : new NaiveExperts(2) { Sigmoid = true, Scale = 2.8 }.Forward(m, i, h))),
    };

    private static IEnumerable<TinyTensor> QkvBiases(TinyFamily f, int layer) =>
    [
        TinyTensor.Bias($"blk.{layer}.attn_q", f.HeadsOf(layer) * f.KeyLength),
        TinyTensor.Bias($"blk.{layer}.attn_k", f.KvHeadsOf(layer) * f.KeyLength),
        TinyTensor.Bias($"blk.{layer}.attn_v", f.KvHeadsOf(layer) * f.KeyLength),
    ];

    private static double[][] LlamaLayer(NaiveFamily m, int layer, double[][] x, NaiveAttention attention) =>
        m.PreNorm(layer, x, h => m.Attend(layer, h, attention), h => m.FeedForward(layer, h, Silu));

    /// <summary>Experts, or the dense feed-forward of a layer without a router.</summary>
    private static double[][] ExpertLayer(NaiveFamily m, int layer, double[][] x, NaiveAttention attention, NaiveExperts experts) => m.PreNorm(
        layer,
        x,
        h => m.Attend(layer, h, attention),
        h => m.Holds($"blk.{layer}.ffn_gate_inp.weight") ? experts.Forward(m, layer, h) : m.FeedForward(layer, h, Silu));
}
