using System.Text;
using System.Text.RegularExpressions;
using LlamaInterop.Gguf;
using LlamaInterop.Models;
using LlamaInterop.Models.Checkpoints;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Models.Families;

namespace LlamaInterop.Tests.Models.Checkpoints;

/// <summary>What the families' maps make of configurations, beside what the twins show.</summary>
internal sealed partial class CheckpointMapsTests
{
    private const string Sizes = "\"hidden_size\": 8, \"num_hidden_layers\": 2, \"num_attention_heads\": 4, \"intermediate_size\": 16, \"max_position_embeddings\": 32";

    private const string SmallThinkerSizes = "\"moe_ffn_hidden_size\": 8, \"moe_num_primary_experts\": 4, \"moe_num_active_primary_experts\": 2";

    private const string OpenElmSizes = """
        "model_dim": 1280, "num_transformer_layers": 4, "max_context_length": 64, "head_dim": 64, "num_query_heads": [12, 12, 16, 20], "num_kv_heads": [3, 3, 4, 5],
        "ffn_multipliers": [0.5, 0.73, 0.97, 1.3], "ffn_dim_divisor": 256
        """;

    private const string Gemma4Sizes = """
        "layer_types": ["sliding_attention", "full_attention"], "global_head_dim": 8, "head_dim": 4, "num_key_value_heads": 2, "num_global_key_value_heads": 1, "sliding_window": 16,
        "num_kv_shared_layers": 1, "use_double_wide_mlp": true,
        "rope_parameters": {"full_attention": {"rope_type": "proportional", "partial_rotary_factor": 0.25, "rope_theta": 1000000}, "sliding_attention": {"rope_theta": 10000}}
        """;

    private const string DeciBlocks = """
        "num_hidden_layers": 4, "rms_norm_eps": 1e-5, "block_configs": [
            {"attention": {"n_heads_in_group": 2}, "ffn": {"ffn_mult": 5.25}}, {"attention": {"n_heads_in_group": null, "replace_with_linear": true}, "ffn": {"ffn_mult": 100.5}},
            {"attention": {"n_heads_in_group": null, "replace_with_linear": false}, "ffn": {"ffn_mult": 1}}, {"attention": {"no_op": true}, "ffn": {"no_op": true, "ffn_mult": null}}]
        """;

    private const string JaisScales = "\"embeddings_scale\": 14.6, \"width_scale\": 0.22, \"layer_norm_epsilon\": 1e-5";

    private const string LatentSizes = "\"qk_nope_head_dim\": 4, \"qk_rope_head_dim\": 2, \"v_head_dim\": 4, \"kv_lora_rank\": 6, \"moe_intermediate_size\": 8";

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
    [TestCase("Gemma4ForConditionalGeneration", Gemma4Sizes, "model.language_model.layers.1.layer_scalar", "blk.1.layer_output_scale.weight")]
    [TestCase("Gemma4ForConditionalGeneration", Gemma4Sizes, "model.language_model.layers.1.router.per_expert_scale", "blk.1.ffn_down_exps.scale")]
    [TestCase("Gemma4ForConditionalGeneration", Gemma4Sizes, "model.language_model.embed_tokens_per_layer.weight", "per_layer_token_embd.weight")]
    [TestCase("Gemma4ForConditionalGeneration", Gemma4Sizes, "model.language_model.layers.0.pre_feedforward_layernorm_2.weight", "blk.0.pre_ffw_norm_2.weight")]
    [TestCase("DeciLMForCausalLM", DeciBlocks, "model.layers.1.self_attn.linear_attn.weight", "blk.1.attn_output.weight")]
    [TestCase("DeciLMForCausalLM", DeciBlocks, "model.layers.0.self_attn.q_proj.weight", "blk.0.attn_q.weight")]
    [TestCase("PlamoForCausalLM", "\"n_shared_head\": 2", "model.layers.layers.1.norm.weight", "blk.1.attn_norm.weight")]
    [TestCase("PlamoForCausalLM", "\"n_shared_head\": 2", "model.layers.layers.1.mlp.up_proj.weight", "blk.1.ffn_up.weight")]
    [TestCase("GPTRefactForCausalLM", "\"layer_norm_epsilon\": 1e-5", "transformer.h.0.attn.q.weight", "blk.0.attn_q.weight")]
    [TestCase("GPTRefactForCausalLM", "\"layer_norm_epsilon\": 1e-5", "transformer.h.0.mlp.c_proj.weight", "blk.0.ffn_down.weight")]
    [TestCase("JAISLMHeadModel", JaisScales, "transformer.h.0.mlp.c_fc2.bias", "blk.0.ffn_gate.bias")]
    [TestCase("JAISLMHeadModel", JaisScales, "lm_head.weight", "output.weight")]
    [TestCase("BailingMoeForCausalLM", "\"moe_intermediate_size\": 8, \"num_shared_experts\": 1", "model.layers.0.attention.dense.weight", "blk.0.attn_output.weight")]
    [TestCase("ExaoneMoEForCausalLM", "\"moe_intermediate_size\": 8", "model.layers.1.mlp.e_score_correction_bias", "blk.1.exp_probs_b.bias")]
    [TestCase("ExaoneMoEForCausalLM", "\"moe_intermediate_size\": 8", "model.layers.1.mlp.shared_experts.up_proj.weight", "blk.1.ffn_up_shexp.weight")]
    [TestCase("AfmoeForCausalLM", "\"moe_intermediate_size\": 8", "model.layers.1.mlp.expert_bias", "blk.1.exp_probs_b.bias")]
    [TestCase("AfmoeForCausalLM", "\"moe_intermediate_size\": 8", "model.layers.1.mlp.router.gate.weight", "blk.1.ffn_gate_inp.weight")]
    [TestCase("AfmoeForCausalLM", "\"moe_intermediate_size\": 8", "model.layers.1.self_attn.gate_proj.weight", "blk.1.attn_gate.weight")]
    [TestCase("AfmoeForCausalLM", "\"moe_intermediate_size\": 8", "model.layers.1.pre_mlp_layernorm.weight", "blk.1.ffn_norm.weight")]
    [TestCase("OpenELMForCausalLM", OpenElmSizes, "transformer.layers.1.attn.qkv_proj.weight", "blk.1.attn_qkv.weight")]
    [TestCase("OpenELMForCausalLM", OpenElmSizes, "transformer.token_embeddings.weight", "token_embd.weight")]
    [TestCase("Mistral4ForCausalLM", LatentSizes, "model.layers.1.mlp.experts.down_proj", "blk.1.ffn_down_exps.weight")]
    [TestCase("Mistral3ForConditionalGeneration", "\"model_type\": \"mistral4\", " + LatentSizes, "language_model.model.layers.1.self_attn.q_a_proj.weight", "blk.1.attn_q_a.weight")]
    [TestCase("RwkvHybridForCausalLM", "\"head_size\": 4, \"rms_norm_eps\": 1e-6", "model.layers.1.self_attn.time_mixer.receptance.weight", "blk.1.time_mix_receptance.weight")]
    [TestCase("RwkvHybridForCausalLM", "\"head_size\": 4, \"rms_norm_eps\": 1e-6", "model.layers.1.self_attn.time_mixer.a1", "blk.1.time_mix_a1.weight")]
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

    /// <summary>Families that no file stands in for, against the tensors of their tiny models.</summary>
    [TestCase("gemma4", "Gemma4ForCausalLM", Gemma4Sizes)]
    [TestCase("deci", "DeciLMForCausalLM", DeciBlocks)]
    [TestCase("plamo", "PlamoForCausalLM", "\"n_shared_head\": 2")]
    [TestCase("refact", "GPTRefactForCausalLM", "\"layer_norm_epsilon\": 1e-5")]
    [TestCase("jais", "JAISLMHeadModel", JaisScales)]
    [TestCase("bailingmoe", "BailingMoeForCausalLM", "\"moe_intermediate_size\": 8")]
    [TestCase("exaone-moe", "ExaoneMoEForCausalLM", "\"moe_intermediate_size\": 8")]
    [TestCase("afmoe", "AfmoeForCausalLM", "\"moe_intermediate_size\": 8")]
    [TestCase("openelm", "OpenELMForCausalLM", OpenElmSizes)]
    [TestCase("mistral4", "Mistral4ForCausalLM", LatentSizes)]
    public void MapsEveryTensorThatTheFamilyHas(string architecture, string name, string more)
    {
        CheckpointMap map = MapOf($$"""{"architectures": ["{{name}}"], {{Sizes}}, {{more}}}""");
        string[] mapped =
        [
            .. map.Constants.Select(constant => constant.Name),
            .. from rule in map.Tensors from kind in (string[])["weight", "bias"] select AnyLayer().Replace(rule.To.Replace("@", kind, StringComparison.Ordinal), "*"),
        ];
        string[] had = [.. TensorsOf(architecture).Distinct()];
        Assert.That(had, Has.Length.GreaterThan(8));
        Assert.That(had.Except(mapped), Is.Empty);
        Assert.That(map.Architecture, Is.EqualTo(architecture));
    }

    /// <summary>As Apple's own code rounds them, of the 270M model's width.</summary>
    [Test]
    public void RoundsTheWidthsOfOpenElmsLayers()
    {
        CheckpointMap map = MapOf($$"""{"architectures": ["OpenELMForCausalLM"], {{OpenElmSizes}}}""");
        var keys = map.Keys.Values.ToDictionary(pair => pair.Key, pair => pair.Value);
        Assert.That(keys["openelm.feed_forward_length"].Elements<int>().ToArray(), Is.EqualTo(new[] { 768, 1024, 1280, 1792 }));
        Assert.That(keys["openelm.attention.head_count_kv"].Elements<int>().ToArray(), Is.EqualTo(new[] { 3, 3, 4, 5 }));
        PlannedTensor[] tensors = [.. map.Resolve("a", ["transformer.layers.3.ffn.proj_1.weight"], isWhole: false)];
        Assert.That(tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "blk.3.ffn_gate.weight", "blk.3.ffn_up.weight" }));
        Assert.That(tensors[1].Changes, Is.EqualTo(new[] { TensorChange.Rows(1792, 1792) }));
    }

    /// <summary>A windowed layer, and one that sees all and reads the keys of another.</summary>
    [Test]
    public void SizesTheLayersOfGemma4()
    {
        CheckpointMap map = MapOf($$"""{"architectures": ["Gemma4ForCausalLM"], {{Sizes}}, {{Gemma4Sizes}}}""");
        var keys = map.Keys.Values.ToDictionary(pair => pair.Key, pair => pair.Value);
        Assert.That(keys["gemma4.feed_forward_length"].Elements<int>().ToArray(), Is.EqualTo(new[] { 16, 32 }));
        Assert.That(keys["gemma4.attention.head_count_kv"].Elements<int>().ToArray(), Is.EqualTo(new[] { 2, 1 }));
        Assert.That(keys["gemma4.attention.key_length"].ToString(), Is.EqualTo("8"));
        Assert.That(keys["gemma4.rope.freq_base"].ToString(), Is.EqualTo("1000000"));
        Assert.That(keys["gemma4.rope.freq_base_swa"].ToString(), Is.EqualTo("10000"));
        Assert.That(map.Constants.Single().Values, Is.EqualTo(new[] { 1, 1e30f, 1e30f, 1e30f }));
    }

    [Test]
    public void SizesTheLayersThatASearchChose()
    {
        CheckpointMap map = MapOf($$"""{"architectures": ["DeciLMForCausalLM"], {{Sizes}}, {{DeciBlocks}}}""");
        var keys = map.Keys.Values.ToDictionary(pair => pair.Key, pair => pair.Value);
        Assert.That(keys["deci.attention.head_count"].Elements<int>().ToArray(), Is.EqualTo(new[] { 4, 4, 0, 0 }));
        Assert.That(keys["deci.attention.head_count_kv"].Elements<int>().ToArray(), Is.EqualTo(new[] { 2, 0, 0, 0 }));
        Assert.That(keys["deci.feed_forward_length"].Elements<int>().ToArray(), Is.EqualTo(new[] { 256, 768, 256, 0 }));
        Assert.That(() => map.Resolve("a", ["model.layers.0.input_layernorm.weight", "model.layers.1.input_layernorm.weight", "model.layers.2.input_layernorm.weight"]), Throws.Nothing);
    }

    /// <summary>The head is the table's rows times a factor of their own, whether it is stored or not.</summary>
    [TestCase(new[] { "transformer.wte.weight" }, "transformer.wte.weight")]
    [TestCase(new[] { "transformer.wte.weight", "lm_head.weight" }, "lm_head.weight")]
    public void ScalesTheHeadOfJais(string[] names, string source)
    {
        CheckpointMap map = MapOf($$"""{"architectures": ["JAISLMHeadModel"], {{Sizes}}, {{JaisScales}}}""");
        PlannedTensor[] tensors = [.. map.Resolve("a", names, isWhole: false)];
        Assert.That(tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "token_embd.weight", "output.weight" }));
        Assert.That(tensors[1].Parts.Single().Sources.Single(), Is.EqualTo(source));
        Assert.That(((ScaledRows)tensors[1].Changes.Single()).Stretches.Single().Factor, Is.EqualTo(0.22f));
    }

    /// <summary>Query head i reads key head i modulo their count; in a file, neighbours share one.</summary>
    [Test]
    public void ReordersTheHeadsOfPlamo()
    {
        CheckpointMap map = MapOf($$"""{"architectures": ["PlamoForCausalLM"], {{Sizes}}, "num_attention_heads": 6, "n_shared_head": 3}""");
        var change = (ReorderedAxis)map.Resolve("a", ["model.layers.layers.0.self_attn.o_proj.weight"], isWhole: false).Single().Changes.Single();
        Assert.That((change.Axis, string.Join(' ', change.Factors), string.Join(' ', change.Order)), Is.EqualTo((1, "3 2 -1", "1 0 2")));
    }

    /// <summary>Rows are halved every second layer; the weights that write into them are halved from then on.</summary>
    [Test]
    public void HalvesWhatWritesIntoRowsThatRwkv6Halves()
    {
        CheckpointMap map = MapOf($$"""{"architectures": ["Rwkv6ForCausalLM"], "head_size": 4, "layer_norm_epsilon": 1e-5, "rescale_every": 2, {{Sizes}}, "num_hidden_layers": 5}""");
        string[] names = [.. Enumerable.Range(0, 5).Select(i => $"rwkv.blocks.{i}.attention.output.weight")];
        Assert.That(map.Resolve("a", names, isWhole: false).Select(tensor => ((ScaledRows)tensor.Changes.Single()).Stretches.Single().Factor), Is.EqualTo(new[] { 1f, 1f, 0.5f, 0.5f, 0.25f }));
    }

    [Test]
    public void RefusesALayerWithoutItsNumber()
    {
        CheckpointMap map = MapOf($$"""{"architectures": ["ApertusForCausalLM"], {{Sizes}}}""");
        Assert.That(() => map.Numbers[2].Resolve(map, "a", ["model.layers.0.mlp.act_fn.beta"]),
            Throws.InstanceOf<ModelException>().With.Message.EqualTo("a: xielu.beta cannot be made: layers.1.mlp.act_fn.beta is missing"));
    }

    [TestCase("Rwkv6ForCausalLM", "\"head_size\": 4, \"layer_norm_epsilon\": 1e-5, \"n_layers\": 1, \"num_hidden_layers\": 2000000000", "num_hidden_layers is 2000000000; 4096 are the most")]
    [TestCase("RwkvHybridForCausalLM", "\"wkv_version\": 6", "wkv_version is not 7, and no other runs here")]
    [TestCase("BailingMoeForCausalLM", "\"norm_head\": true", "norm_head is true, but only heads without a norm run here")]
    [TestCase("Gemma4ForCausalLM", "\"global_head_dim\": 8, \"head_dim\": 4", "layer_types has 0 kinds for 2 layers")]
    [TestCase("DeciLMForCausalLM", "\"block_configs\": [{}]", "block_configs lists 1 layers, but num_hidden_layers is 2")]
    [TestCase("DeciLMForCausalLM", "\"block_configs\": [{\"attention\": {\"n_heads_in_group\": 3}, \"ffn\": {}}, {}]", "block_configs[0].attention.n_heads_in_group is 3, which does not divide the 4 heads")]
    [TestCase("DeciLMForCausalLM", "\"block_configs\": [1, 2]", "block_configs must be a list of objects, but is 1")]
    [TestCase("Gemma4ForCausalLM", "\"global_head_dim\": 2000000000", "global_head_dim is 2000000000; 65536 is the most")]
    [TestCase("GPTRefactForCausalLM", "\"hidden_size\": 2000000000", "n_embd makes a size of 5333333504, and 2147483647 is the most")]
    [TestCase("DeciLMForCausalLM", "\"hidden_size\": 2000000000, \"block_configs\": [{\"attention\": {}, \"ffn\": {\"ffn_mult\": 9}}, {}]",
        "block_configs[0].ffn.ffn_mult makes a size of 12000000000, and 2147483647 is the most")]
    [TestCase("PlamoForCausalLM", "\"n_shared_head\": 3", "n_shared_head is 3, which does not divide the 4 heads")]
    [TestCase("JAISLMHeadModel", JaisScales + ", \"position_embedding_type\": \"learned\"", "position_embedding_type is 'learned', but alibi is what runs here")]
    [TestCase("AfmoeForCausalLM", "\"mup_enabled\": false", "mup_enabled is false, but only embeddings times the root of their width run here")]
    [TestCase("OpenELMForCausalLM", OpenElmSizes + ", \"num_kv_heads\": [3]", "num_kv_heads has 1 numbers for 4 layers")]
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

    private static IEnumerable<string> TensorsOf(string architecture)
    {
        foreach (TinyFamily family in DenseDefinitions.All.Concat(MixtureDefinitions.All).Concat(Gemma4Definition.All).Where(family => family.Architecture == architecture))
        {
            using var folder = new TemporaryFolder();
            using GgufFile file = GgufFile.Open(family.Write(folder));
            foreach (GgufTensorInfo tensor in file.Tensors)
                yield return AnyLayer().Replace(tensor.Name, "*");
        }
    }

    [GeneratedRegex(@"\b[0-9]+\b")]
    private static partial Regex AnyLayer();
}
