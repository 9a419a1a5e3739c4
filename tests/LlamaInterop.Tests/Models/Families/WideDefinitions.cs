using LlamaInterop.Gguf;
using static LlamaInterop.Tests.Models.Families.NaiveFamily;

namespace LlamaInterop.Tests.Models.Families;

/// <summary>Mixtures of experts and latent attention at widths that blocks of 256 quantized weights fit.</summary>
internal static class WideDefinitions
{
    private const int ExpertCount = 6;
    private const int ExpertWidth = 256;

    private static readonly TinyFamily Wide = new("")
    {
        Layers = 2,
        Embedding = 256,
        FeedForward = 512,
        KeyLength = 64,
        LayerTensors = (_, _) => [],
        Layer = (_, _, x) => x,
    };

    private static readonly Dictionary<string, object> Experts = new()
    {
        ["expert_count"] = ExpertCount,
        ["expert_used_count"] = 2,
        ["expert_feed_forward_length"] = ExpertWidth,
    };

    public static IEnumerable<TinyFamily> All => [Qwen3Moe, Qwen2Moe, GraniteMoe, GptOss, Llama4, DeepSeek2, DeepSeek2WithGroups, DeepSeek2Unfolded, MiniCpm3];

    /// <summary>
    /// The family with experts in <paramref name="type"/> and the other matrices too, but in Q8_0 where the experts are MXFP4 or the rows too
    /// short for the type.
    /// </summary>
    public static TinyFamily Quantized(TinyFamily family, GgufTensorType type) => family with { TypeOf = tensor => TypeOf(tensor, type) };

    private static GgufTensorType TypeOf(TinyTensor tensor, GgufTensorType type)
    {
        bool isMatrix = tensor.Dimensions.Length > 1 && tensor.Name.EndsWith(".weight", StringComparison.Ordinal);
        if (!isMatrix || tensor.Name.EndsWith("ffn_gate_inp.weight", StringComparison.Ordinal))
            return GgufTensorType.F32;
        bool fits = tensor.Dimensions[0] % GgufTensorTypes.BlockLength(type) == 0;
        return fits && (type != GgufTensorType.MXFP4 || tensor.Name.Contains("_exps.")) ? type : GgufTensorType.Q8_0;
    }

    private static TinyFamily Qwen3Moe => Wide with
    {
        Architecture = "qwen3moe",
        Keys = Experts,
        LayerTensors = (f, i) => [.. f.Norms(i), .. f.Attention(i), .. f.HeadNorms(i), .. f.Experts(i, ExpertCount, ExpertWidth)],
        Layer = (m, i, x) => Layer(m, i, x, h => m.Attend(i, h, new NaiveAttention(Pairs.Halves)), new NaiveExperts(2)),
    };

    private static TinyFamily Qwen2Moe => Wide with
    {
        Architecture = "qwen2moe",
        Keys = Experts,
        LayerTensors = (f, i) =>
        [
            .. f.Norms(i), .. f.Attention(i, biases: true), .. f.Experts(i, ExpertCount, ExpertWidth), .. f.Dense(i, 512, "_shexp"),
            new TinyTensor($"blk.{i}.ffn_gate_inp_shexp.weight", [f.Embedding], 1 / Math.Sqrt(f.Embedding)),
        ],
        Layer = (m, i, x) => Layer(m, i, x, h => m.Attend(i, h, new NaiveAttention(Pairs.Halves)), new NaiveExperts(2) { Renormalize = false }),
    };

    private static TinyFamily GraniteMoe => Wide with
    {
        Architecture = "granitemoe",
        EmbeddingSize = 1.0 / 3,
        Embed = value => value * 3,
        Logit = value => value / 2,
        Keys = new Dictionary<string, object>(Experts)
        {
            ["embedding_scale"] = 3f,
            ["residual_scale"] = 0.25f,
            ["logit_scale"] = 2f,
            ["attention.scale"] = 0.1f,
        },
        LayerTensors = (f, i) => [.. f.Norms(i), .. f.Attention(i), .. f.Experts(i, ExpertCount, ExpertWidth), .. f.Dense(i, 256, "_shexp")],
        Layer = (m, i, x) => Layer(
            m, i, x, h => m.Attend(i, h, new NaiveAttention(Pairs.Neighbours) { Scale = 0.1 }), new NaiveExperts(2), residualScale: 0.25),
    };

    /// <summary>Gates are large enough for the clamp at 7.</summary>
    private static TinyFamily GptOss => Wide with
    {
        Architecture = "gpt-oss",
        Keys = new Dictionary<string, object>(Experts) { ["attention.sliding_window"] = 7 },
        LayerTensors = (f, i) =>
        [
            TinyTensor.Norm($"blk.{i}.attn_norm", f.Embedding), TinyTensor.Norm($"blk.{i}.post_attention_norm", f.Embedding),
            .. f.Attention(i, biases: true), new TinyTensor($"blk.{i}.attn_sinks.weight", [4], 1),
            .. f.Experts(i, ExpertCount, ExpertWidth).Select(t => t.Name.Contains("gate_exps") ? t with { Size = 3 * t.Size } : t),
            TinyTensor.Bias($"blk.{i}.ffn_gate_inp", ExpertCount),
            new TinyTensor($"blk.{i}.ffn_gate_exps.bias", [ExpertWidth, ExpertCount], 0.5), new TinyTensor($"blk.{i}.ffn_up_exps.bias", [ExpertWidth, ExpertCount], 0.5),
            new TinyTensor($"blk.{i}.ffn_down_exps.bias", [f.Embedding, ExpertCount], 0.5),
        ],
        Layer = (m, i, x) => Layer(
            m,
            i,
            x,
            h => m.Attend(i, h, new NaiveAttention(Pairs.Halves) { Window = i % 2 == 0 ? 7 : 0 }),
            new NaiveExperts(2) { Combine = (gate, up) => Math.Min(gate, 7) * Sigmoid(1.702 * Math.Min(gate, 7)) * (1 + Math.Clamp(up, -7, 7)) },
            secondNorm: "post_attention_norm"),
    };

    /// <summary>Three layers with chunks and one without positions; every second one has experts.</summary>
    private static TinyFamily Llama4 => Wide with
    {
        Architecture = "llama4",
        Layers = 4,
        Keys = new Dictionary<string, object>(Experts) { ["expert_used_count"] = 1, ["interleave_moe_layer_step"] = 2, ["expert_gating_func"] = 2 },
        LayerTensors = (f, i) =>
            [.. f.Norms(i), .. f.Attention(i), .. i % 2 == 0 ? f.Dense(i) : [.. f.Experts(i, ExpertCount, ExpertWidth), .. f.Dense(i, 256, "_shexp")]],
        Layer = (m, i, x) => Layer(
            m,
            i,
            x,
            h => m.Attend(i, h, i == 3 ? new NaiveAttention(Pairs.None) : new NaiveAttention(Pairs.Neighbours) { NormsTurned = true }),
            new NaiveExperts(1) { Sigmoid = true, Renormalize = false, WeighsInput = true }),
    };

    /// <summary>DeepSeek V2: one latent row for all heads, a dense layer, then one of experts.</summary>
    private static TinyFamily DeepSeek2 => Absorbed(
        new NaiveLatentAttention(Heads: 4, Plain: 128, Rotated: 64, ValueLength: 128, Rank: 256, new NaiveAttention(Pairs.Neighbours)),
        "absorbed",
        Experts,
        new NaiveExperts(2) { Renormalize = false });

    /// <summary>DeepSeek V3: groups, sigmoids with a bias for the choice alone, weights scaled after they are made to sum to 1.</summary>
    private static TinyFamily DeepSeek2WithGroups => Absorbed(
        new NaiveLatentAttention(Heads: 8, Plain: 32, Rotated: 32, ValueLength: 64, Rank: 512, new NaiveAttention(Pairs.Neighbours)),
        "groups",
        new Dictionary<string, object>(Experts)
        {
            ["expert_group_count"] = 3,
            ["expert_group_used_count"] = 2,
            ["expert_weights_scale"] = 2.5f,
            ["expert_weights_norm"] = true,
            ["expert_gating_func"] = 2,
        },
        new NaiveExperts(2) { Sigmoid = true, Scale = 2.5, Groups = 3, GroupsUsed = 2 });

    private static TinyFamily Absorbed(NaiveLatentAttention latent, string variant, Dictionary<string, object> expertKeys, NaiveExperts experts) => Wide with
    {
        Architecture = "deepseek2",
        Variant = variant,
        Heads = [latent.Heads],
        KvHeads = [1],
        Keys = new Dictionary<string, object>(expertKeys)
        {
            ["attention.key_length"] = latent.Rank + latent.Rotated,
            ["attention.value_length"] = latent.Rank,
            ["attention.key_length_mla"] = latent.Plain + latent.Rotated,
            ["attention.value_length_mla"] = latent.ValueLength,
            ["attention.kv_lora_rank"] = latent.Rank,
            ["attention.q_lora_rank"] = 256,
            ["rope.dimension_count"] = latent.Rotated,
            ["leading_dense_block_count"] = 1,
            ["expert_shared_count"] = 1,
        },
        LayerTensors = (f, i) =>
        [
            .. f.Norms(i), .. latent.Tensors(f, i, queryRank: 256),
            .. i == 0 ? f.Dense(i) : [.. f.Experts(i, ExpertCount, ExpertWidth, choiceBias: experts.Sigmoid), .. f.Dense(i, 256, "_shexp")],
        ],
        Layer = (m, i, x) => Layer(m, i, x, h => latent.Forward(m, i, h), experts),
    };

    /// <summary>DeepSeek V2 Lite in an older file: whole queries, one matrix for keys and values.</summary>
    private static TinyFamily DeepSeek2Unfolded
    {
        get
        {
            var latent = new NaiveLatentAttention(Heads: 4, Plain: 64, Rotated: 32, ValueLength: 64, Rank: 256, new NaiveAttention(Pairs.Neighbours));
            return Unfolded(latent, queryRank: 0, Experts) with
            {
                Architecture = "deepseek2",
                Variant = "unfolded",
                LayerTensors = (f, i) =>
                    [.. f.Norms(i), .. latent.Tensors(f, i, queryRank: 0, unfolded: true), .. f.Experts(i, ExpertCount, ExpertWidth), .. f.Dense(i, 256, "_shexp")],
                Layer = (m, i, x) => Layer(m, i, x, h => latent.Forward(m, i, h), new NaiveExperts(2) { Renormalize = false }),
            };
        }
    }

    private static TinyFamily MiniCpm3
    {
        get
        {
            var latent = new NaiveLatentAttention(Heads: 4, Plain: 64, Rotated: 32, ValueLength: 64, Rank: 256, new NaiveAttention(Pairs.Halves));
            return Unfolded(latent, queryRank: 256, []) with
            {
                Architecture = "minicpm3",
                Embedding = 512,
                EmbeddingSize = 1.0 / 12,
                Embed = value => value * 12,
                Logit = value => value * 256 / 512,
                LayerTensors = (f, i) => [.. f.Norms(i), .. latent.Tensors(f, i, queryRank: 256, unfolded: true), .. f.Dense(i)],
                Layer = (m, i, x) => Layer(m, i, x, h => latent.Forward(m, i, h), experts: null, residualScale: 1.4 / Math.Sqrt(2)),
            };
        }
    }

    private static TinyFamily Unfolded(NaiveLatentAttention latent, int queryRank, Dictionary<string, object> keys) => Wide with
    {
        Heads = [latent.Heads],
        KvHeads = [latent.Heads],
        Keys = new Dictionary<string, object>(keys)
        {
            ["attention.key_length"] = latent.Plain + latent.Rotated,
            ["attention.value_length"] = latent.ValueLength,
            ["attention.kv_lora_rank"] = latent.Rank,
            ["attention.q_lora_rank"] = queryRank,
            ["rope.dimension_count"] = latent.Rotated,
        },
    };

    /// <summary>Experts, or the dense feed-forward of a layer without a router.</summary>
    private static double[][] Layer(
        NaiveFamily m, int layer, double[][] x, Func<double[][], double[][]> attend, NaiveExperts? experts, double residualScale = 1, string secondNorm = "ffn_norm")
    {
        string scope = $"blk.{layer}.";
        x = Add(x, Map(attend(m.Norm(scope + "attn_norm", x)), value => value * residualScale));
        double[][] h = m.Norm(scope + secondNorm, x);
        double[][] y = m.Holds(scope + "ffn_gate_inp.weight") ? experts!.Forward(m, layer, h) : m.FeedForward(layer, h, Silu);
        return Add(x, Map(y, value => value * residualScale));
    }
}
