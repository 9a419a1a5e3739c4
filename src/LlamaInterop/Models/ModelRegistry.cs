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
        ("lfm2", Lfm2.Create, "LFM2"),
        ("lfm2moe", Lfm2.Create, "LFM2 MoE"),
        ("mamba", Mamba.Create, "Mamba, Falcon Mamba"),
        ("mamba2", Mamba.CreateMamba2, "Mamba 2, Codestral Mamba"),
        ("jamba", Jamba.Create, "Jamba, Jamba 1.5 and later"),
        ("granitehybrid", GraniteHybrid.Create, "Granite 4 Tiny, Small and Micro hybrids"),
        ("falcon-h1", FalconH1.Create, "Falcon H1"),
        ("qwen3next", Qwen3Next.Create, "Qwen 3 Next"),
        ("rwkv6", Rwkv.CreateRwkv6, "RWKV 6"),
        ("rwkv7", Rwkv.CreateRwkv7, "RWKV 7"),
        ("arwkv7", Rwkv.CreateArwkv7, "ARWKV 7"),
        ("baichuan", Baichuan.Create, "Baichuan 1 and 2, 7B and 13B"),
        ("gemma", Gemma.Create, "Gemma 1, CodeGemma"),
        ("gemma2", Gemma.CreateSecond, "Gemma 2"),
        ("gemma3", Gemma.CreateThird, "Gemma 3"),
        ("phi2", Phi.CreateSecond, "Phi 1, 1.5 and 2"),
        ("phi3", Phi.CreateThird, "Phi 3, 3.5 and 4"),
        ("granite", Granite.Create, "Granite 3 and 4, dense"),
        ("granitemoe", Granite.Create, "Granite 3 MoE"),
        ("minicpm", MiniCpm.Create, "MiniCPM 1, 2 and 4"),
        ("olmo", Olmo.Create, "OLMo 1"),
        ("olmo2", Olmo.CreateSecond, "OLMo 2 and 3"),
        ("stablelm", StableLm.Create, "StableLM 1 and 2"),
        ("orion", StableLm.Create, "Orion"),
        ("internlm2", Llama.Create, "InternLM 2, 2.5 and 3"),
        ("ernie4_5", Llama.Create, "ERNIE 4.5, dense"),
        ("ernie4_5-moe", Llama.Create, "ERNIE 4.5 21B-A3B and 300B-A47B"),
        ("arcee", Arcee.Create, "AFM 4.5B"),
        ("apertus", Apertus.Create, "Apertus"),
        ("seed_oss", SeedOss.Create, "Seed-OSS"),
        ("hunyuan-dense", Hunyuan.Create, "Hunyuan, dense"),
        ("hunyuan-moe", Hunyuan.Create, "Hunyuan A13B"),
        ("bitnet", BitNet.Create, "BitNet b1.58"),
        ("qwen", Qwen.Create, "Qwen 1"),
        ("nemotron", Nemotron.Create, "Nemotron 3 and 4, Minitron"),
        ("gptneox", GptNeoX.Create, "GPT-NeoX, Pythia, Dolly 2, RedPajama"),
        ("bloom", Bloom.Create, "BLOOM, BLOOMZ"),
        ("mpt", Mpt.Create, "MPT"),
        ("starcoder2", StarCoder2.Create, "StarCoder 2, Granite Code"),
        ("codeshell", StarCoder2.Create, "CodeShell"),
        ("gpt2", Gpt2.Create, "GPT-2"),
        ("starcoder", Gpt2.Create, "StarCoder 1, SantaCoder"),
        ("falcon", Falcon.Create, "Falcon 7B, 40B and 180B"),
        ("chatglm", Glm.CreateChat, "ChatGLM 2 and 3, GLM-4, GLM-Edge"),
        ("glm4", Glm.CreateFourth, "GLM-4-0414, GLM-Z1"),
        ("command-r", Cohere.Create, "Command-R, Command-R+, Aya"),
        ("cohere2", Cohere.CreateSecond, "Command-R7B, Command-A"),
        ("smollm3", SmolLm3.Create, "SmolLM 3"),
        ("exaone", Exaone.Create, "EXAONE 3"),
        ("exaone4", Exaone.CreateFourth, "EXAONE 4"),
        ("exaone-moe", Exaone.CreateMoe, "K-EXAONE"),
        ("qwen2vl", Qwen2.Create, "text of Qwen 2 VL, Qwen 2.5 VL"),
        ("qwen3vl", Qwen3.Create, "text of Qwen 3 VL"),
        ("qwen3vlmoe", QwenMoe.CreateQwen3, "text of Qwen 3 VL MoE"),
        ("mistral3", Mistral3.Create, "Ministral 3, Mistral Small 3 and later"),
        ("deci", Deci.Create, "DeciLM, Llama Nemotron Super and Ultra"),
        ("xverse", Llama.Create, "XVERSE"),
        ("refact", Refact.Create, "Refact"),
        ("jais", Jais.Create, "Jais"),
        ("bailingmoe", DeepSeek.Create, "Ling 1, Ring 1"),
        ("bailingmoe2", DeepSeek.CreateSecondLing, "Ling 2, Ring 2"),
        ("minimax-m2", DeepSeek.CreateDots, "MiniMax M2"),
        ("nemotron_h", NemotronH.Create, "Nemotron H, Nemotron Nano 2"),
        ("nemotron_h_moe", NemotronH.Create, "Nemotron 3 Nano and Super"),
        ("qwen35", Qwen3Next.CreateTiled, "Qwen 3.5, dense"),
        ("qwen35moe", Qwen3Next.CreateTiled, "Qwen 3.5 MoE"),
        ("gemma4", Gemma4.Create, "text of Gemma 4"),
        ("afmoe", Afmoe.Create, "Trinity"),
        ("plamo", Plamo.Create, "PLaMo 1"),
        ("jais2", Nemotron.Create, "Jais 2"),
        ("pangu-embedded", Qwen2.Create, "openPangu Embedded"),
        ("openelm", Qwen3.Create, "OpenELM"),
        ("smallthinker", SmallThinker.Create, "SmallThinker"),
        ("bert", Bert.Create, "BERT, DistilBERT, RoBERTa, XLM-RoBERTa, MiniLM, BGE, E5, GTE"),
        ("nomic-bert", NomicBert.Create, "nomic-embed-text"),
        ("modern-bert", ModernBert.Create, "ModernBERT, Granite Embedding R2"),
        ("t5", T5.Create, "T5, Flan-T5, UMT5"),
        ("t5encoder", T5.CreateEncoder, "encoders of T5"),
    ];

    /// <summary>Architecture and the models known by it, in the table's order.</summary>
    public static IEnumerable<(string Architecture, string KnownAs)> Known => Rows.Select(row => (row.Architecture, row.KnownAs));

    /// <summary>The architecture's name in a file, checked to be one that runs.</summary>
    public static string ArchitectureOf(GgufMetadata metadata)
    {
        string arch = metadata.GetString("general.architecture");
        return Array.Exists(Rows, row => row.Architecture == arch) ? arch
            : throw new ModelException($"{metadata.Path}: general.architecture is '{arch}', which is none of the {Rows.Length} that run; README.md lists them");
    }

    public static IModel Create(ModelSource source) =>
        Array.Find(Rows, row => row.Architecture == source.Parameters.Architecture).Create(source);
}
