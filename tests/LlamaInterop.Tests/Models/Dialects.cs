using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>The dense architectures, and the variants of them that a file tells by its tensors, its keys or its layers.</summary>
internal static class Dialects
{
    private static readonly Dialect Llama = new("llama") { Neighbours = true };
    private static readonly Dialect Gemma = new("gemma") { Activation = Activations.GeluTanh, EmbeddingScale = n => Math.Sqrt(n) };
    private static readonly Dialect Gemma2 = Gemma with
    {
        Architecture = "gemma2",
        Norms = NormPlace.BeforeAndBehind,
        WindowPeriod = 2,
        ScoreCap = 1.5,
        LogitCap = 2,
        Keys = Numbers((".attn_logit_softcapping", 1.5f), (".final_logit_softcapping", 2)),
    };

    private static readonly Dialect Gemma3 = Gemma with
    {
        Architecture = "gemma3",
        Norms = NormPlace.BeforeAndBehind,
        HeadNorms = HeadNormSpan.Head,
        WindowPeriod = 6,
        OwnRopeInWindows = true,
        Keys = Numbers((".rope.freq_base_swa", 700)),
    };

    private static readonly Dialect Neox = new("gptneox")
    {
        LayerNorms = true,
        NormBiases = true,
        Biases = true,
        FusedQkv = true,
        Gated = false,
        Activation = Activations.Gelu,
    };

    private static readonly Dialect Gpt2 = Neox with { Architecture = "gpt2", Activation = Activations.GeluTanh, Positions = Positions.Learned };
    private static readonly Dialect StableLm = new("stablelm") { LayerNorms = true, NormBiases = true, QkvBiases = true };
    private static readonly Dialect Falcon = Neox with { Architecture = "falcon", Biases = false, SideBySide = true, FeedForwardNorm = "" };
    private static readonly Dialect CommandR = new("command-r")
    {
        Neighbours = true,
        LayerNorms = true,
        SideBySide = true,
        FeedForwardNorm = "",
        LogitScale = _ => 0.25,
        Keys = Numbers((".logit_scale", 0.25f)),
    };

    private static readonly Dialect Olmo2 = new("olmo2") { Norms = NormPlace.Behind, HeadNorms = HeadNormSpan.Projection };
    private static readonly Dialect Exaone4 = new("exaone4")
    {
        Norms = NormPlace.Behind,
        HeadNorms = HeadNormSpan.Head,
        WindowPeriod = 4,
        OnlyWindowsArePlaced = true,
    };

    private static readonly Dialect MiniCpm = new("minicpm")
    {
        Neighbours = true,
        EmbeddingScale = _ => 12,
        ResidualScale = layers => 1.4 / Math.Sqrt(layers),
        LogitScale = n => 256.0 / n,
    };

    private static readonly Dictionary<string, Dialect> Table = new()
    {
        ["llama"] = Llama,
        ["qwen2"] = new("qwen2") { QkvBiases = true },
        ["qwen3"] = new("qwen3") { HeadNorms = HeadNormSpan.Head },
        ["baichuan"] = Llama with { Architecture = "baichuan" },
        ["baichuan-13b"] = Llama with { Architecture = "baichuan", Positions = Positions.Alibi, Layers = 40 },
        ["gemma"] = Gemma,
        ["gemma2"] = Gemma2,
        ["gemma2-27b"] = Gemma2 with { Layers = 46, ScoreScale = (n, heads, _) => Math.Sqrt((double)heads / n) },
        ["gemma2 without keys"] = Gemma2 with { ScoreCap = 50, LogitCap = 30, Keys = Numbers() },
        ["gemma3"] = Gemma3,
        ["gemma3-27b"] = Gemma3 with { Layers = 62, ScoreScale = (n, heads, _) => Math.Sqrt((double)heads / n) },
        ["phi2"] = Neox with { Architecture = "phi2", SideBySide = true, FeedForwardNorm = "", FusedQkv = false, Activation = Activations.GeluTanh },
        ["phi3"] = new("phi3") { FusedQkv = true, FusedGate = true },
        ["granite"] = Llama with
        {
            Architecture = "granite",
            ScoreScale = (_, _, _) => 0.17f,
            EmbeddingScale = _ => 3,
            ResidualScale = _ => 0.22f,
            LogitScale = _ => 1 / 0.3f,
            Keys = Numbers((".attention.scale", 0.17f), (".embedding_scale", 3), (".residual_scale", 0.22f), (".logit_scale", 0.3f)),
        },
        ["granite without keys"] = Llama with { Architecture = "granite" },
        ["minicpm"] = MiniCpm with
        {
            EmbeddingScale = _ => 5,
            ResidualScale = _ => 0.5,
            LogitScale = _ => 1 / 0.25,
            Keys = Numbers((".embedding_scale", 5), (".residual_scale", 0.5f), (".logit_scale", 0.25f)),
        },
        ["minicpm without keys"] = MiniCpm,
        ["olmo"] = Llama with { Architecture = "olmo", LayerNorms = true, NormWeights = false, Clamp = 0.75, Keys = Numbers((".attention.clamp_kqv", 0.75f)) },
        ["olmo2"] = Olmo2,
        ["olmo3"] = Olmo2 with { WindowPeriod = 4, OwnRopeInWindows = true },
        ["stablelm"] = StableLm,
        ["stablelm-12b"] = StableLm with { QkvBiases = false, SideBySide = true, FeedForwardNorm = "", HeadNorms = HeadNormSpan.EachHead },
        ["orion"] = StableLm with { Architecture = "orion", QkvBiases = false },
        ["gpt2"] = Gpt2,
        ["starcoder"] = Gpt2 with { Architecture = "starcoder" },
        ["starcoder2"] = Gpt2 with { Architecture = "starcoder2", Positions = Positions.Rotary, FusedQkv = false },
        ["codeshell"] = Gpt2 with { Architecture = "codeshell", Positions = Positions.Rotary },
        ["falcon"] = Falcon,
        ["falcon-40b"] = Falcon with { AttentionNorm = "attn_norm_2", FeedForwardNorm = "attn_norm" },
        ["gptneox"] = Neox with { SideBySide = true },
        ["gptneox one behind the other"] = Neox with { Keys = new Dictionary<string, GgufValue> { [".use_parallel_residual"] = GgufValue.From(false) } },
        ["bloom"] = Gpt2 with { Architecture = "bloom", Positions = Positions.Alibi, EmbeddingNorm = true },
        ["mpt"] = Neox with
        {
            Architecture = "mpt",
            NormBiases = false,
            Biases = false,
            Positions = Positions.Alibi,
            Clamp = 0.75,
            Keys = Numbers((".attention.clamp_kqv", 0.75f), (".attention.max_alibi_bias", 8)),
        },
        ["command-r"] = CommandR,
        ["command-r-plus"] = CommandR with { HeadNorms = HeadNormSpan.EachHead },
        ["cohere2"] = CommandR with { Architecture = "cohere2", WindowPeriod = 4, OnlyWindowsArePlaced = true },
        ["chatglm"] = Llama with { Architecture = "chatglm", FusedQkv = true, FusedGate = true, QkvBiases = true },
        ["glm4"] = Llama with { Architecture = "glm4", Norms = NormPlace.BeforeAndBehind, FusedGate = true, QkvBiases = true },
        ["smollm3"] = Llama with { Architecture = "smollm3", UnplacedPeriod = 4 },
        ["exaone"] = new("exaone"),
        ["exaone4"] = Exaone4,
        ["nemotron"] = StableLm with { Architecture = "nemotron", QkvBiases = false, Gated = false, Activation = Activations.SquaredRelu },
        ["arcee"] = Llama with { Architecture = "arcee", Gated = false, Activation = Activations.SquaredRelu },
        ["apertus"] = new("apertus")
        {
            HeadNorms = HeadNormSpan.Head,
            Gated = false,
            Activation = Activations.Xielu(-0.7f, 0.4f, 0.5f, -1e-6f),
            Keys = Numbers(("xielu.alpha_p", -0.7f), ("xielu.alpha_n", 0.4f), ("xielu.beta", 0.5f), ("xielu.eps", -1e-6f)),
        },
        ["hunyuan-dense"] = new("hunyuan-dense") { HeadNorms = HeadNormSpan.Head, HeadNormsBehindRotation = true },
        ["seed_oss"] = new("seed_oss") { QkvBiases = true, FeedForwardNorm = "post_attention_norm" },
        ["bitnet"] = new("bitnet") { InnerNorms = true },
        ["qwen"] = new("qwen") { FusedQkv = true, QkvBiases = true, CountsGateAndUp = true },
        ["internlm2"] = Llama with { Architecture = "internlm2" },
        ["ernie4_5"] = Llama with { Architecture = "ernie4_5" },
    };

    public static IEnumerable<string> Names => Table.Keys;

    /// <summary>That of a name in the table; Llama's under another name for any other.</summary>
    public static Dialect Of(string name) => Table.GetValueOrDefault(name) ?? Llama with { Architecture = name };

    private static Dictionary<string, GgufValue> Numbers(params (string Key, float Value)[] pairs) =>
        pairs.ToDictionary(pair => pair.Key, pair => GgufValue.From(pair.Value));
}
