using System.Diagnostics.CodeAnalysis;

namespace LlamaInterop.Models.Checkpoints;

/// <summary>Which classes of transformers convert: the first of a configuration's <c>architectures</c>, and the map of its family.</summary>
internal static class CheckpointMaps
{
    private static readonly (string Class, Func<ModelConfig, CheckpointMap> Map)[] Rows =
    [
        ("LlamaForCausalLM", Llama.MapOf),
        ("LLaMAForCausalLM", Llama.MapOf),
        ("LlamaModel", Llama.MapOf),
        ("MistralForCausalLM", Llama.MapOf),
        ("MixtralForCausalLM", Llama.MapOf),
        ("Qwen2ForCausalLM", Qwen2.MapOf),
        ("Qwen2Model", Qwen2.MapOf),
        ("Qwen2MoeForCausalLM", QwenMoe.MapOfQwen2),
        ("Qwen3ForCausalLM", Qwen3.MapOf),
        ("Qwen3Model", Qwen3.MapOf),
        ("Qwen3MoeForCausalLM", QwenMoe.MapOfQwen3),
        ("OlmoeForCausalLM", Olmoe.MapOf),
        ("SmolLM3ForCausalLM", SmolLm3.MapOf),
        ("GraniteForCausalLM", Granite.MapOf),
        ("GraniteMoeForCausalLM", Granite.MapOfMoe),
        ("GraniteMoeSharedForCausalLM", Granite.MapOfMoe),
        ("GemmaForCausalLM", Gemma.MapOf),
        ("Gemma2ForCausalLM", Gemma.MapOfSecond),
        ("Gemma3ForCausalLM", Gemma.MapOfThird),
        ("Gemma3ForConditionalGeneration", Gemma.MapOfThird),
        ("PhiForCausalLM", Phi.MapOfSecond),
        ("Phi3ForCausalLM", Phi.MapOfThird),
        ("Starcoder2ForCausalLM", StarCoder2.MapOf),
        ("GPT2LMHeadModel", Gpt2.MapOf),
        ("GPT2Model", Gpt2.MapOf),
        ("GPTBigCodeForCausalLM", Gpt2.MapOfBigCode),
        ("BitNetForCausalLM", BitNet.MapOf),
        ("BitnetForCausalLM", BitNet.MapOf),
        ("OlmoForCausalLM", Olmo.MapOf),
        ("Olmo2ForCausalLM", Olmo.MapOfSecond),
        ("Olmo3ForCausalLM", Olmo.MapOfSecond),
        ("GptOssForCausalLM", GptOss.MapOf),
        ("DeepseekForCausalLM", DeepSeek.MapOf),
        ("DeepseekV2ForCausalLM", DeepSeek2.MapOf),
        ("DeepseekV3ForCausalLM", DeepSeek2.MapOf),
        ("Dots1ForCausalLM", DeepSeek.MapOfDots),
        ("GlmForCausalLM", Glm.MapOf),
        ("Glm4ForCausalLM", Glm.MapOfFourth),
        ("Glm4MoeForCausalLM", Glm4Moe.MapOf),
        ("ChatGLMModel", Glm.MapOfChat),
        ("ChatGLMForConditionalGeneration", Glm.MapOfChat),
        ("GPTNeoXForCausalLM", GptNeoX.MapOf),
        ("FalconForCausalLM", Falcon.MapOf),
        ("RWForCausalLM", Falcon.MapOf),
        ("BloomForCausalLM", Bloom.MapOf),
        ("BloomModel", Bloom.MapOf),
        ("MptForCausalLM", Mpt.MapOf),
        ("MPTForCausalLM", Mpt.MapOf),
        ("StableLmForCausalLM", StableLm.MapOf),
        ("StableLMEpochForCausalLM", StableLm.MapOf),
        ("OrionForCausalLM", StableLm.MapOfOrion),
        ("BaichuanForCausalLM", Baichuan.MapOf),
        ("BaiChuanForCausalLM", Baichuan.MapOf),
        ("InternLM2ForCausalLM", Llama.MapOfInternLm2),
        ("InternLM3ForCausalLM", Llama.MapOf),
        ("XverseForCausalLM", Llama.MapOfXverse),
        ("Ernie4_5ForCausalLM", Llama.MapOfErnie),
        ("Ernie4_5_ForCausalLM", Llama.MapOfErnie),
        ("Ernie4_5_MoeForCausalLM", Llama.MapOfErnieMoe),
        ("QWenLMHeadModel", Qwen.MapOf),
        ("CohereForCausalLM", Cohere.MapOf),
        ("Cohere2ForCausalLM", Cohere.MapOfSecond),
        ("MiniCPMForCausalLM", MiniCpm.MapOf),
        ("MiniCPM3ForCausalLM", MiniCpm3.MapOf),
        ("NemotronForCausalLM", Nemotron.MapOf),
        ("ArceeForCausalLM", Arcee.MapOf),
        ("SeedOssForCausalLM", SeedOss.MapOf),
        ("ExaoneForCausalLM", Exaone.MapOf),
        ("Exaone4ForCausalLM", Exaone.MapOfFourth),
        ("HunYuanDenseV1ForCausalLM", Hunyuan.MapOf),
        ("HunYuanMoEV1ForCausalLM", Hunyuan.MapOfMoe),
        ("DbrxForCausalLM", Dbrx.MapOf),
        ("CodeShellForCausalLM", StarCoder2.MapOfCodeShell),
        ("Lfm2ForCausalLM", Lfm2.MapOf),
        ("Lfm2MoeForCausalLM", Lfm2.MapOfMoe),
        ("Llama4ForCausalLM", Llama4.MapOf),
        ("Llama4ForConditionalGeneration", Llama4.MapOf),
        ("Ministral3ForCausalLM", Mistral3.MapOf),
        ("Mistral3ForConditionalGeneration", Mistral3.MapOf),
        ("MiniMaxM2ForCausalLM", DeepSeek.MapOfMiniMax),
        ("Qwen2VLForConditionalGeneration", Qwen2.MapOfVision),
        ("Qwen2_5_VLForConditionalGeneration", Qwen2.MapOfVision),
        ("Qwen3VLForConditionalGeneration", Qwen3.MapOfVision),
        ("Qwen3VLMoeForConditionalGeneration", QwenMoe.MapOfVision),
        ("Mistral4ForCausalLM", DeepSeek2.MapOfMistral),
        ("ExaoneMoEForCausalLM", Exaone.MapOfMoe),
        ("ExaoneMoeForCausalLM", Exaone.MapOfMoe),
        ("AfmoeForCausalLM", Afmoe.MapOf),
        ("OpenELMForCausalLM", OpenElm.MapOf),
        ("BailingMoeForCausalLM", DeepSeek.MapOfLing),
        ("BailingMoeV2ForCausalLM", DeepSeek.MapOfSecondLing),
        ("SmallThinkerForCausalLM", SmallThinker.MapOf),
        ("Jais2ForCausalLM", Nemotron.MapOfJais2),
        ("PanguEmbeddedForCausalLM", Qwen2.MapOfPangu),
        ("FalconH1ForCausalLM", FalconH1.MapOf),
        ("GraniteMoeHybridForCausalLM", GraniteHybrid.MapOf),
        ("MambaForCausalLM", Mamba.MapOf),
        ("FalconMambaForCausalLM", Mamba.MapOf),
        ("Mamba2ForCausalLM", Mamba.MapOfMamba2),
        ("JambaForCausalLM", Jamba.MapOf),
        ("NemotronHForCausalLM", NemotronH.MapOf),
        ("Rwkv6ForCausalLM", Rwkv.MapOfSixth),
        ("RWKV7ForCausalLM", Rwkv.MapOfSeventh),
        ("Rwkv7ForCausalLM", Rwkv.MapOfSeventh),
        ("RwkvHybridForCausalLM", Rwkv.MapOfHybrid),
        ("ApertusForCausalLM", Apertus.MapOf),
        ("Qwen3NextForCausalLM", Qwen3Next.MapOf),
        ("Qwen3_5ForCausalLM", Qwen3Next.MapOfTiled),
        ("Qwen3_5ForConditionalGeneration", Qwen3Next.MapOfTiled),
        ("Qwen3_5MoeForCausalLM", Qwen3Next.MapOfTiledMoe),
        ("Qwen3_5MoeForConditionalGeneration", Qwen3Next.MapOfTiledMoe),
        ("BertModel", Bert.MapOf),
        ("BertForMaskedLM", Bert.MapOf),
        ("RobertaModel", Bert.MapOfRoberta),
        ("XLMRobertaModel", Bert.MapOfRoberta),
        ("CamembertModel", Bert.MapOfRoberta),
        ("DistilBertModel", Bert.MapOfDistilled),
        ("NomicBertModel", NomicBert.MapOf),
        ("ModernBertModel", ModernBert.MapOf),
        ("ModernBertForMaskedLM", ModernBert.MapOf),
        ("T5ForConditionalGeneration", T5.MapOf),
        ("T5WithLMHeadModel", T5.MapOf),
        ("MT5ForConditionalGeneration", T5.MapOf),
        ("UMT5ForConditionalGeneration", T5.MapOf),
        ("T5EncoderModel", T5.MapOfEncoder),
    ];

    /// <summary>The classes, in the table's order.</summary>
    public static IEnumerable<string> Known => Rows.Select(row => row.Class);

    /// <summary>The map of a configuration's class.</summary>
    /// <exception cref="ModelException">The class is none that runs here, or the configuration lacks what its family needs.</exception>
    public static CheckpointMap Of(ModelConfig config)
    {
        if (TryFind(config, out Func<ModelConfig, CheckpointMap>? map))
            return map(config);
        string family = config.Family is { } type && type != config.Class ? $" ({type})" : "";
        throw new ModelException($"{config.Path}: {config.Class}{family} is not an architecture that runs here");
    }

    /// <summary>Whether a configuration's class is known, and what makes its map.</summary>
    public static bool TryFind(ModelConfig config, [NotNullWhen(true)] out Func<ModelConfig, CheckpointMap>? map)
    {
        map = Array.Find(Rows, row => row.Class == config.Class).Map;
        return map is not null;
    }
}
