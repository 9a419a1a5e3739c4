using LlamaInterop.Gguf;

namespace LlamaInterop.Models;

/// <summary>The architectures that run: GGUF's <c>general.architecture</c>, how to make the model, and whom a user knows it by.</summary>
internal static class ModelRegistry
{
    private static readonly (string Architecture, Func<ModelSource, IModel> Create, string KnownAs)[] Rows =
    [
        ("llama", Llama.Create, "Llama 1-3, CodeLlama, Mistral, Mixtral, TinyLlama, SmolLM, Vicuna, Zephyr"),
        ("llama4", Llama4.Create, "Llama 4 Scout and Maverick"),
        ("qwen2", Qwen2.Create, "Qwen 2, Qwen 2.5"),
        ("qwen3", Qwen3.Create, "Qwen 3"),
        ("qwen2moe", QwenMoe.CreateQwen2, "Qwen 1.5 and 2 MoE"),
        ("qwen3moe", QwenMoe.CreateQwen3, "Qwen 3 MoE"),
        ("gpt-oss", GptOss.Create, "gpt-oss 20B and 120B"),
        ("deepseek", DeepSeek.Create, "DeepSeek MoE"),
        ("deepseek2", DeepSeek2.Create, "DeepSeek V2, V3, R1"),
        ("dots1", DeepSeek.CreateDots, "dots.llm1"),
        ("glm4moe", Glm4Moe.Create, "GLM 4.5, GLM 4.5 Air"),
        ("olmoe", Olmoe.Create, "OLMoE"),
        ("dbrx", Dbrx.Create, "DBRX"),
        ("minicpm3", MiniCpm3.Create, "MiniCPM 3"),
        ("baichuan", Baichuan.Create, "Baichuan 1 and 2, 7B and 13B"),
        ("bert", Bert.Create, "BERT, DistilBERT, RoBERTa, XLM-RoBERTa, MiniLM, BGE, E5, GTE"),
        ("nomic-bert", NomicBert.Create, "nomic-embed-text"),
        ("t5", T5.Create, "T5, Flan-T5, UMT5"),
        ("t5encoder", T5.CreateEncoder, "encoders of T5"),
        ("modern-bert", ModernBert.Create, "ModernBERT, Granite Embedding R2"),
    ];

    /// <summary>Architecture and the models known by it, in the table's order.</summary>
    public static IEnumerable<(string Architecture, string KnownAs)> Known => Rows.Select(row => (row.Architecture, row.KnownAs));

    /// <summary>The architecture's name in a file, checked to be one that runs.</summary>
    public static string ArchitectureOf(GgufMetadata metadata)
    {
        string arch = metadata.GetString("general.architecture");
        return Array.Exists(Rows, row => row.Architecture == arch) ? arch
            : throw new ModelException($"{metadata.Path}: general.architecture is '{arch}', known are {string.Join(", ", Rows.Select(r => r.Architecture))}");
    }

    public static IModel Create(ModelSource source) =>
        Array.Find(Rows, row => row.Architecture == source.Parameters.Architecture).Create(source);
}
