using System.Text;
using LlamaInterop.Models;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Tests.Models.Checkpoints;

/// <summary>What the families' maps make of configurations, beside what the twins show.</summary>
internal sealed class CheckpointMapsTests
{
    private const string Sizes = "\"hidden_size\": 8, \"num_hidden_layers\": 2, \"num_attention_heads\": 4, \"intermediate_size\": 16, \"max_position_embeddings\": 32";

    private const string SmallThinkerSizes = "\"moe_ffn_hidden_size\": 8, \"moe_num_primary_experts\": 4, \"moe_num_active_primary_experts\": 2";

    [Test]
    public void EveryClassIsNamedOnce() => Assert.That(CheckpointMaps.Known, Is.Unique);

    /// <summary>Gemma 3 with images states what its text does not share with the family alone.</summary>
    [Test]
    public void FillsInWhatGemma3LeavesOut()
    {
        CheckpointMap map = MapOf("""
            {"architectures": ["Gemma3ForConditionalGeneration"],
             "text_config": {"hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34, "sliding_window": 1024}}
            """);
        var keys = map.Keys.Values.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        Assert.That(keys["gemma3.attention.head_count"], Is.EqualTo("8"));
        Assert.That(keys["gemma3.attention.head_count_kv"], Is.EqualTo("4"));
        Assert.That(keys["gemma3.attention.key_length"], Is.EqualTo("256"));
        Assert.That(keys["gemma3.attention.sliding_window"], Is.EqualTo("1024"));
        Assert.That(keys["gemma3.rope.freq_base"], Is.EqualTo("1000000"));
        string[] names = ["language_model.model.embed_tokens.weight", "vision_tower.vision_model.post_layernorm.weight"];
        Assert.That(map.Resolve("a", names, isWhole: false).Single().Name, Is.EqualTo("token_embd.weight"));
    }

    [TestCase(64000, false)]
    [TestCase(125696, true)]
    public void NormalizesTheHeadOfTheSecondBaichuan(int vocabulary, bool expected)
    {
        CheckpointMap map = MapOf($$"""{"architectures": ["BaichuanForCausalLM"], "vocab_size": {{vocabulary}}, {{Sizes}}}""");
        Assert.That(map.Resolve("a", ["lm_head.weight"], isWhole: false).Single().Changes.Contains(TensorChange.NormalizeRows), Is.EqualTo(expected));
    }

    /// <summary>Layers behind the last predict further tokens.</summary>
    [Test]
    public void LeavesFurtherLayersOut()
    {
        CheckpointMap map = MapOf($$"""{"architectures": ["Glm4MoeForCausalLM"], "num_nextn_predict_layers": 1, {{Sizes}}}""");
        string[] names = ["model.layers.1.input_layernorm.weight", "model.layers.2.input_layernorm.weight", "model.layers.2.eh_proj.weight"];
        Assert.That(map.Resolve("a", names, isWhole: false).Select(tensor => tensor.Name), Is.EqualTo(new[] { "blk.1.attn_norm.weight" }));
    }

    /// <summary>Classes that no file stands in for.</summary>
    [TestCase("BailingMoeV2ForCausalLM", "\"moe_intermediate_size\": 8, \"num_shared_experts\": 1", "model.layers.0.attention.query_key_value.weight", "blk.0.attn_qkv.weight")]
    [TestCase("BailingMoeV2ForCausalLM", "\"moe_intermediate_size\": 8", "model.layers.1.mlp.gate.expert_bias", "blk.1.exp_probs_b.bias")]
    [TestCase("BailingMoeV2ForCausalLM", "\"moe_intermediate_size\": 8", "model.word_embeddings.weight", "token_embd.weight")]
    [TestCase("SmallThinkerForCausalLM", SmallThinkerSizes, "model.layers.1.block_sparse_moe.primary_router.weight", "blk.1.ffn_gate_inp.weight")]
    [TestCase("SmallThinkerForCausalLM", SmallThinkerSizes, "model.layers.1.block_sparse_moe.experts.0.up.weight", "blk.1.ffn_up_exps.weight")]
    [TestCase("MiniMaxM2ForCausalLM", "\"rotary_dim\": 2", "model.layers.0.block_sparse_moe.experts.0.w2.weight", "blk.0.ffn_down_exps.weight")]
    [TestCase("MiniMaxM2ForCausalLM", "\"rotary_dim\": 2", "model.layers.0.block_sparse_moe.e_score_correction_bias", "blk.0.exp_probs_b.bias")]
    [TestCase("Lfm2MoeForCausalLM", "\"conv_L_cache\": 3, \"layer_types\": [\"conv\", \"full_attention\"]", "model.layers.1.feed_forward.experts.0.w3.weight", "blk.1.ffn_up_exps.weight")]
    [TestCase("Qwen3VLMoeForConditionalGeneration", "\"moe_intermediate_size\": 8", "model.language_model.layers.0.mlp.experts.down_proj", "blk.0.ffn_down_exps.weight")]
    public void NamesTensors(string name, string more, string from, string to) => Assert.That(
        MapOf($$"""{"architectures": ["{{name}}"], {{Sizes}}, {{more}}}""").Resolve("a", [from], isWhole: false).Single().Name, Is.EqualTo(to));

    [TestCase("FalconForCausalLM", "\"alibi\": true", "alibi is true, but rotary positions are what runs here")]
    [TestCase("FalconForCausalLM", "\"parallel_attn\": false", "parallel_attn is false, but attention beside the feed-forward is what runs here")]
    [TestCase("FalconForCausalLM", "\"new_decoder_architecture\": true, \"num_kv_heads\": 3", "num_key_value_heads is 3, which does not divide the 4 heads")]
    [TestCase("BloomForCausalLM", "\"apply_residual_connection_post_layernorm\": true",
        "apply_residual_connection_post_layernorm is true, but a residual before the norm is what runs here")]
    [TestCase("InternLM2ForCausalLM", "\"num_key_value_heads\": 3", "num_key_value_heads is 3, which does not divide the 4 heads")]
    [TestCase("DbrxForCausalLM", "\"attn_config\": {}", "ffn_config is missing")]
    [TestCase("NomicBertModel", "\"n_positions\": 64, \"moe_every_n_layers\": 2", "moe_every_n_layers is not 0, but only layers without experts run here")]
    [TestCase("DeepseekV3ForCausalLM", "\"v_head_dim\": 2", "qk_nope_head_dim is missing")]
    [TestCase("Glm4MoeForCausalLM", "\"num_nextn_predict_layers\": 65", "num_nextn_predict_layers is 65; 64 are the most")]
    [TestCase("Lfm2ForCausalLM", "\"conv_L_cache\": 3", "layer_types is missing")]
    [TestCase("FalconH1ForCausalLM", "\"mlp_multipliers\": [1]", "mlp_multipliers has 1 numbers, not 2")]
    [TestCase("GptOssForCausalLM", "\"num_local_experts\": 4", "sliding_window is missing")]
    [TestCase("HunYuanMoEV1ForCausalLM", "\"moe_topk\": [2, 1], \"num_shared_expert\": 1", "moe_topk is a list, and must be the same for all layers")]
    public void RefusesWhatDoesNotRun(string name, string more, string reason) => Assert.That(
        () => MapOf($$"""{"architectures": ["{{name}}"], {{Sizes}}, {{more}}}"""), Throws.InstanceOf<ModelException>().With.Message.EqualTo($"c.json: {reason}"));

    private static CheckpointMap MapOf(string json) => CheckpointMaps.Of(ModelConfig.Parse("c.json", Encoding.UTF8.GetBytes(json)));
}
