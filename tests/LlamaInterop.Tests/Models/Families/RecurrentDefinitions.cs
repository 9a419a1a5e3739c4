using static LlamaInterop.Tests.Models.Families.NaiveFamily;

namespace LlamaInterop.Tests.Models.Families;

/// <summary>Architectures with layers that carry a state.</summary>
internal static class RecurrentDefinitions
{
    private const int Kernel = 4, KeyHeads = 2, ValueHeads = 6, StateLength = 8;
    private const int Inner = 48, Heads = 6, Groups = 2, State = 16;

    public static IEnumerable<TinyFamily> All => [Lfm2Moe(), NemotronH(), NemotronHMoe(), Qwen35(), Qwen35Moe()];

    private static TinyFamily Lfm2Moe() => new("lfm2moe")
    {
        Tied = true,
        FinalNorm = "token_embd_norm",
        KvHeads = [0, 2, 0],
        Keys = new Dictionary<string, object>
        {
            ["shortconv.l_cache"] = 3,
            ["leading_dense_block_count"] = 1,
            ["expert_count"] = 6,
            ["expert_used_count"] = 2,
            ["expert_feed_forward_length"] = 22,
            ["expert_gating_func"] = 2,
        },
        LayerTensors = (f, i) =>
        [
            .. f.Norms(i),
            .. i == 1 ? [.. f.Attention(i), .. f.HeadNorms(i)] : ShortConvolution(f, i),
            .. i == 0 ? f.Dense(i) : f.Experts(i, 6, 22, choiceBias: true),
        ],
        Layer = (m, i, x) => m.PreNorm(
            i,
            x,
            h => i == 1 ? m.Attend(i, h, new NaiveAttention(Pairs.Halves)) : NaiveMixers.ShortConvolution(m, i, h),
            h => i == 0 ? m.FeedForward(i, h, Silu) : new NaiveExperts(2) { Sigmoid = true }.Forward(m, i, h)),
    };

    private static IEnumerable<TinyTensor> ShortConvolution(TinyFamily f, int layer) =>
    [
        TinyTensor.Matrix($"blk.{layer}.shortconv.in_proj", f.Embedding, 3 * f.Embedding),
        TinyTensor.Matrix($"blk.{layer}.shortconv.conv", 3, f.Embedding),
        TinyTensor.Matrix($"blk.{layer}.shortconv.out_proj", f.Embedding, f.Embedding),
    ];

    /// <summary>Each layer is one of three things behind one norm.</summary>
    private static TinyFamily NemotronH() => new("nemotron_h")
    {
        Layers = 5,
        KvHeads = [0, 0, 2, 0, 0],
        Keys = new Dictionary<string, object>(StateSpaceKeys) { ["feed_forward_length"] = new[] { 0, 44, 0, 0, 36 } },
        LayerTensors = (f, i) => i switch
        {
            1 or 4 => [.. OneNorm(f, i), .. f.Dense(i, i == 1 ? 44 : 36, gated: false)],
            2 => [.. OneNorm(f, i), .. f.Attention(i)],
            _ => [.. OneNorm(f, i), .. StateSpace(f, i)],
        },
        Layer = (m, i, x) => Add(x, NemotronMixer(m, i, m.Norm($"blk.{i}.attn_norm", x), h => m.FeedForward(i, h, SquaredRelu))),
    };

    private static TinyFamily NemotronHMoe() => NemotronH() with
    {
        Architecture = "nemotron_h_moe",
        Keys = new Dictionary<string, object>(StateSpaceKeys)
        {
            ["feed_forward_length"] = new[] { 0, 44, 0, 0, 44 },
            ["moe_latent_size"] = 20,
            ["expert_count"] = 6,
            ["expert_used_count"] = 2,
            ["expert_shared_count"] = 1,
            ["expert_feed_forward_length"] = 22,
            ["expert_shared_feed_forward_length"] = 26,
            ["expert_weights_norm"] = true,
            ["expert_weights_scale"] = 2.5f,
        },
        LayerTensors = (f, i) => i switch
        {
            1 or 4 => [.. OneNorm(f, i), .. LatentExperts(f, i), .. f.Dense(i, 26, "_shexp", gated: false)],
            2 => [.. OneNorm(f, i), .. f.Attention(i)],
            _ => [.. OneNorm(f, i), .. StateSpace(f, i)],
        },
        Layer = (m, i, x) => Add(x, NemotronMixer(
            m, i, m.Norm($"blk.{i}.attn_norm", x), h => new NaiveExperts(2) { Sigmoid = true, Scale = 2.5, Activation = SquaredRelu }.Forward(m, i, h))),
    };

    private static Dictionary<string, object> StateSpaceKeys => new()
    {
        ["ssm.conv_kernel"] = Kernel,
        ["ssm.inner_size"] = Inner,
        ["ssm.state_size"] = State,
        ["ssm.time_step_rank"] = Heads,
        ["ssm.group_count"] = Groups,
        ["attention.layer_norm_epsilon"] = 1e-5f,
    };

    private static double SquaredRelu(double x) => x > 0 ? x * x : 0;

    private static IEnumerable<TinyTensor> OneNorm(TinyFamily f, int layer) => [TinyTensor.Norm($"blk.{layer}.attn_norm", f.Embedding)];

    private static IEnumerable<TinyTensor> LatentExperts(TinyFamily f, int layer) =>
    [
        .. (f with { Embedding = 20 }).Experts(layer, 6, 22, choiceBias: true, gated: false).Where(tensor => !tensor.Name.Contains("gate_inp", StringComparison.Ordinal)),
        new TinyTensor($"blk.{layer}.ffn_gate_inp.weight", [f.Embedding, 6], 0.3),
        TinyTensor.Matrix($"blk.{layer}.ffn_latent_down", f.Embedding, 20),
        TinyTensor.Matrix($"blk.{layer}.ffn_latent_up", 20, f.Embedding),
    ];

    private static IEnumerable<TinyTensor> StateSpace(TinyFamily f, int layer) =>
    [
        TinyTensor.Matrix($"blk.{layer}.ssm_in", f.Embedding, (2 * Inner) + (2 * Groups * State) + Heads),
        TinyTensor.Matrix($"blk.{layer}.ssm_conv1d", Kernel, Inner + (2 * Groups * State)),
        TinyTensor.Bias($"blk.{layer}.ssm_conv1d", Inner + (2 * Groups * State)),
        TinyTensor.Bias($"blk.{layer}.ssm_dt", Heads),
        new TinyTensor($"blk.{layer}.ssm_a", [1, Heads], 0.3, Offset: -1),
        new TinyTensor($"blk.{layer}.ssm_d", [1, Heads], 1),
        new TinyTensor($"blk.{layer}.ssm_norm.weight", [Inner / Groups, Groups], 0),
        TinyTensor.Matrix($"blk.{layer}.ssm_out", Inner, f.Embedding),
    ];

    private static double[][] NemotronMixer(NaiveFamily m, int layer, double[][] h, Func<double[][], double[][]> feedForward) => layer switch
    {
        1 or 4 => feedForward(h),
        2 => m.Attend(layer, h, new NaiveAttention(Pairs.None)),
        _ => NaiveMixers.Mamba2(m, layer, h, Inner, Heads, Groups, State),
    };

    /// <summary>The fourth layer is attention; norms before the feed-forward are called "post_attention_norm".</summary>
    private static TinyFamily Qwen35() => new("qwen35")
    {
        Layers = 5,
        KeyLength = 16,
        Keys = DeltaKeys,
        LayerTensors = (f, i) => [.. DeltaOrAttention(f, i), .. f.Dense(i)],
        Layer = (m, i, x) => DeltaLayer(m, i, x, h => m.FeedForward(i, h, Silu)),
    };

    private static TinyFamily Qwen35Moe() => Qwen35() with
    {
        Architecture = "qwen35moe",
        Keys = new Dictionary<string, object>(DeltaKeys)
        {
            ["expert_count"] = 6,
            ["expert_used_count"] = 2,
            ["expert_feed_forward_length"] = 22,
            ["expert_shared_feed_forward_length"] = 26,
        },
        LayerTensors = (f, i) =>
        [
            .. DeltaOrAttention(f, i), .. f.Experts(i, 6, 22), .. f.Dense(i, 26, "_shexp"),
            new TinyTensor($"blk.{i}.ffn_gate_inp_shexp.weight", [f.Embedding], 0.3),
        ],
        Layer = (m, i, x) => DeltaLayer(m, i, x, h => new NaiveExperts(2).Forward(m, i, h)),
    };

    private static Dictionary<string, object> DeltaKeys => new()
    {
        ["rope.dimension_count"] = 8,
        ["rope.dimension_sections"] = new[] { 2, 1, 1, 0 },
        ["ssm.conv_kernel"] = Kernel,
        ["ssm.inner_size"] = ValueHeads * StateLength,
        ["ssm.state_size"] = StateLength,
        ["ssm.time_step_rank"] = ValueHeads,
        ["ssm.group_count"] = KeyHeads,
    };

    private static IEnumerable<TinyTensor> DeltaOrAttention(TinyFamily f, int layer)
    {
        string scope = $"blk.{layer}.";
        const int keys = KeyHeads * StateLength, values = ValueHeads * StateLength;
        TinyTensor[] norms = [TinyTensor.Norm(scope + "attn_norm", f.Embedding), TinyTensor.Norm(scope + "post_attention_norm", f.Embedding)];
        if (layer == 3)
            return [.. norms, .. f.Attention(layer).Where(t => !t.Name.Contains("attn_q", StringComparison.Ordinal)), TinyTensor.Matrix(scope + "attn_q", f.Embedding, 2 * 4 * f.KeyLength), .. f.HeadNorms(layer)];
        return
        [
            .. norms,
            TinyTensor.Matrix(scope + "attn_qkv", f.Embedding, (2 * keys) + values),
            TinyTensor.Matrix(scope + "attn_gate", f.Embedding, values),
            TinyTensor.Matrix(scope + "ssm_conv1d", Kernel, (2 * keys) + values),
            TinyTensor.Bias(scope + "ssm_dt", ValueHeads),
            new TinyTensor(scope + "ssm_a", [ValueHeads], 0.3, Offset: -1),
            TinyTensor.Matrix(scope + "ssm_beta", f.Embedding, ValueHeads),
            TinyTensor.Matrix(scope + "ssm_alpha", f.Embedding, ValueHeads),
            TinyTensor.Norm(scope + "ssm_norm", StateLength),
            TinyTensor.Matrix(scope + "ssm_out", values, f.Embedding),
        ];
    }

    private static double[][] DeltaLayer(NaiveFamily m, int layer, double[][] x, Func<double[][], double[][]> feedForward)
    {
        double[][] h = m.Norm($"blk.{layer}.attn_norm", x);
        x = Add(x, layer == 3
            ? m.Attend(layer, h, new NaiveAttention(Pairs.Halves) { Rotated = 8, Gated = true })
            : NaiveMixers.GatedDelta(m, layer, h, KeyHeads, ValueHeads, StateLength));
        return Add(x, feedForward(m.Norm($"blk.{layer}.post_attention_norm", x)));
    }
}
