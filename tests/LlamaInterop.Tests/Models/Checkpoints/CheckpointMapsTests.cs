using System.Text;
using LlamaInterop.Models;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Tests.Models.Checkpoints;

/// <summary>What the families' maps make of configurations, beside what the twins show.</summary>
internal sealed class CheckpointMapsTests
{
    private const string Sizes = "\"hidden_size\": 8, \"num_hidden_layers\": 2, \"num_attention_heads\": 4, \"intermediate_size\": 16, \"max_position_embeddings\": 32";

    [Test]
    public void EveryClassIsNamedOnce() => Assert.That(CheckpointMaps.Known, Is.Unique);

    /// <summary>Gemma 3 with images states what its text does not share with the family alone.</summary>
    [Test]
    public void FillsInWhatGemma3LeavesOut()
    {
        CheckpointMap map = MapOf("""{"architectures": ["Gemma3ForConditionalGeneration"], "text_config": {"hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34, "sliding_window": 1024}}""");
        var keys = map.Keys.Values.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        Assert.That(keys["gemma3.attention.head_count"], Is.EqualTo("8"));
        Assert.That(keys["gemma3.attention.head_count_kv"], Is.EqualTo("4"));
        Assert.That(keys["gemma3.attention.key_length"], Is.EqualTo("256"));
        Assert.That(keys["gemma3.attention.sliding_window"], Is.EqualTo("1024"));
        Assert.That(keys["gemma3.rope.freq_base"], Is.EqualTo("1000000"));
        Assert.That(map.Resolve("a", ["language_model.model.embed_tokens.weight", "vision_tower.vision_model.post_layernorm.weight"], isWhole: false).Single().Name, Is.EqualTo("token_embd.weight"));
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
        Assert.That(map.Resolve("a", ["model.layers.1.input_layernorm.weight", "model.layers.2.input_layernorm.weight", "model.layers.2.eh_proj.weight"], isWhole: false).Select(tensor => tensor.Name),
            Is.EqualTo(new[] { "blk.1.attn_norm.weight" }));
    }

    [TestCase("FalconForCausalLM", "\"alibi\": true", "alibi is true, but rotary positions are what runs here")]
    [TestCase("FalconForCausalLM", "\"parallel_attn\": false", "parallel_attn is false, but attention beside the feed-forward is what runs here")]
    [TestCase("FalconForCausalLM", "\"new_decoder_architecture\": true, \"num_kv_heads\": 3", "num_key_value_heads is 3, which does not divide the 4 heads")]
    [TestCase("BloomForCausalLM", "\"apply_residual_connection_post_layernorm\": true", "apply_residual_connection_post_layernorm is true, but a residual before the norm is what runs here")]
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
