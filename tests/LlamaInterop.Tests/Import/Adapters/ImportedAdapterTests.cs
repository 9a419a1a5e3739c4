using System.Text;
using System.Text.Json;
using LlamaInterop.Gguf;
using LlamaInterop.Import;
using LlamaInterop.Import.Adapters;
using LlamaInterop.Import.Safetensors;
using LlamaInterop.Models;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Import.Safetensors;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Import.Adapters;

/// <summary>LoRA adapters of PEFT and MLX under llama.cpp's names.</summary>
internal sealed class ImportedAdapterTests
{
    private const string Layer = "base_model.model.model.layers.1.";

    private const string Config = """
        {"architectures": ["LlamaForCausalLM"], "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 2, "num_attention_heads": 2,
         "num_key_value_heads": 1, "max_position_embeddings": 16, "vocab_size": 10, "rms_norm_eps": 1e-5}
        """;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new TemporaryFolder();
        Directory.CreateDirectory(_folder.File("base"));
        _folder.Write("base/config.json", Encoding.UTF8.GetBytes(Config));
    }

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    /// <summary>Rows of q are permuted: of each head's four, 0 1 2 3 become 0 2 1 3; the down half stays.</summary>
    [Test]
    public void HalvesFollowTheirMatrix()
    {
        WritePeft(Pair("self_attn.q_proj", 8, 8), """{"peft_type": "LORA", "r": 2, "lora_alpha": 8}""");
        using var adapter = Open();
        Assert.That(adapter.Architecture, Is.EqualTo("llama"));
        Assert.That(adapter.Alpha, Is.EqualTo(8));
        Assert.That(adapter.Tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "blk.1.attn_q.weight.lora_a", "blk.1.attn_q.weight.lora_b" }));
        Assert.That(Read(adapter, 0), Is.EqualTo(Numbers(16)));
        Assert.That(Read(adapter, 1), Is.EqualTo(new float[] { 0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15 }));
    }

    [Test]
    public void MlxHalvesAreTurnedRound()
    {
        _folder.Write("adapters.safetensors", new SafetensorsImage().Add("model.layers.0.mlp.up_proj.lora_a", "F32", [8, 2], Numbers(16))
            .Add("model.layers.0.mlp.up_proj.lora_b", "F32", [2, 12], Numbers(24)).Bytes);
        using var adapter = Open();
        Assert.That(adapter.Tensors.Select(tensor => string.Join('x', tensor.Tensor.Shape)), Is.EqualTo(new[] { "2x8", "12x2" }));
        Assert.That(Read(adapter, 0), Is.EqualTo(new float[] { 0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15 }));
        Assert.That(adapter.Alpha, Is.EqualTo(40), "MLX's own scale of 20, times the rank");
        Assert.That(adapter.Warnings, Has.Count.EqualTo(1));
    }

    [TestCase("""{"lora_alpha": 8, "use_rslora": true}""", 11.313708f, TestName = "RankStabilizedScalesAreOfTheRoot")]
    [TestCase("""{"lora_parameters": {"scale": 3.0}}""", 6f, TestName = "MlxScalesAreTimesTheRank")]
    public void ScalesBecomeAlpha(string config, float alpha)
    {
        WritePeft(Pair("self_attn.o_proj", 8, 8), config);
        using var adapter = Open();
        Assert.That(adapter.Alpha, Is.EqualTo(alpha).Within(1e-5f));
    }

    [Test]
    public void TheModelMayBeAGgufFile()
    {
        var writer = new GgufWriter();
        writer.Set("general.architecture", GgufValue.From("llama"));
        foreach (var (key, value) in (ReadOnlySpan<(string, uint)>)[("block_count", 2), ("context_length", 16), ("embedding_length", 8), ("feed_forward_length", 12), ("attention.head_count", 2), ("attention.head_count_kv", 1)])
            writer.Set($"llama.{key}", GgufValue.From(value));
        writer.Write(_folder.File("base.gguf"));
        WritePeft(Pair("self_attn.q_proj", 8, 8), """{"lora_alpha": 8}""");
        using var adapter = ImportedAdapter.Open(_folder.Path, _folder.File("base.gguf"))!;
        Assert.That(Read(adapter, 1)[4..6], Is.EqualTo(new float[] { 2, 3 }));
    }

    [Test]
    public void TheFileSaysThatItIsAnAdapter()
    {
        WritePeft(Pair("mlp.down_proj", 12, 8), """{"lora_alpha": 8}""");
        var report = Converter.Run(_folder.Path, _folder.File("adapter.gguf"), new ConvertOptions { BaseModel = _folder.File("base") });
        using var file = GgufFile.Open(report.Paths[0]);
        Assert.That(file.Metadata.GetString("general.type"), Is.EqualTo("adapter"));
        Assert.That(file.Metadata.GetString("adapter.type"), Is.EqualTo("lora"));
        Assert.That(file.Metadata.GetFloat("adapter.lora.alpha"), Is.EqualTo(8));
        Assert.That(file.Tensors.Select(tensor => tensor.Dimensions.ToArray()), Is.EqualTo(new[] { new long[] { 12, 2 }, [2, 8] }));
    }

    [Test]
    public void AFolderOfAModelIsNoAdapter() => Assert.That(ImportedAdapter.Open(_folder.File("base"), null), Is.Null);

    [Test]
    public void AnAdapterWithoutItsModelIsRefused()
    {
        WritePeft(Pair("self_attn.q_proj", 8, 8), """{"lora_alpha": 8}""");
        Assert.That(() => ImportedAdapter.Open(_folder.Path, null), Throws.TypeOf<ImportException>().With.Message.Contains("--base"));
    }

    [TestCase("""{"r": 2}""", "lora_alpha")]
    [TestCase("""{"lora_alpha": 8, "use_dora": true}""", "use_dora")]
    [TestCase("""{"lora_alpha": 8, "alpha_pattern": {"q_proj": 2}}""", "alpha_pattern")]
    [TestCase("""{"lora_alpha": "much"}""", "lora_alpha")]
    public void ConfigurationsThatCannotBeSaidAreRefused(string config, string named)
    {
        WritePeft(Pair("self_attn.q_proj", 8, 8), config);
        Assert.That(Open, Throws.InstanceOf<Exception>().And.Message.Contains(named).And.TypeOf<ImportException>().Or.TypeOf<ModelException>());
    }

    [Test]
    public void HalvesThatDoNotFitAreRefused()
    {
        WritePeft(new SafetensorsImage().Add($"{Layer}self_attn.v_proj.lora_A.weight", "F32", [2, 8], Numbers(16))
            .Add($"{Layer}self_attn.v_proj.lora_B.weight", "F32", [4, 3], Numbers(12)), """{"lora_alpha": 8}""");
        Assert.That(Assert.Throws<ImportException>(() => Open())!.Check, Is.EqualTo(ImportCheck.Shape));
    }

    [TestCase("self_attn.v_proj.lora_A.weight", ImportCheck.MissingTensor)]
    [TestCase("self_attn.v_proj.weight", ImportCheck.TensorName)]
    [TestCase("self_attn.v_proj.lora_magnitude_vector", ImportCheck.TensorName)]
    public void TensorsOfNoPairAreRefused(string name, ImportCheck check)
    {
        WritePeft(new SafetensorsImage().Add(Layer + name, "F32", [2, 8], Numbers(16)), """{"lora_alpha": 8}""");
        Assert.That(Assert.Throws<ImportException>(() => Open())!.Check, Is.EqualTo(check));
    }

    [Test]
    public void NamesThatTheModelHasNotAreRefused()
    {
        WritePeft(Pair("self_attn.other_proj", 8, 8), """{"lora_alpha": 8}""");
        Assert.That(Open, Throws.TypeOf<ModelException>().With.Message.Contains("other_proj"));
    }

    /// <summary>A real adapter for Llama 3 8B: q and v of the last two layers, rank 8.</summary>
    [Test, NeedsSharedData]
    public void ARealMlxAdapterConverts()
    {
        _folder.Write("base/config.json", Encoding.UTF8.GetBytes("""
            {"architectures": ["LlamaForCausalLM"], "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32,
             "num_key_value_heads": 8, "max_position_embeddings": 8192, "vocab_size": 128256, "rms_norm_eps": 1e-5, "rope_theta": 500000.0}
            """));
        var report = Converter.Run(SharedData.PathOf("models", "lora", "mlx-llama3-8b-discollama"), _folder.File("a.gguf"), new ConvertOptions { BaseModel = _folder.File("base") });
        Assert.That(report.Tensors.Select(tensor => tensor.Name), Is.EquivalentTo(
            from layer in (int[])[30, 31] from kind in (string[])["q", "v"] from half in (string[])["a", "b"] select $"blk.{layer}.attn_{kind}.weight.lora_{half}"));
        Assert.That(report.Tensors.First(tensor => tensor.Name == "blk.31.attn_v.weight.lora_b").Dimensions, Is.EqualTo(new long[] { 8, 1024 }));
    }

    /// <summary>The recorded outputs of a PEFT adapter: W x + alpha / rank times up times down times x.</summary>
    [Test, NeedsSharedData]
    public void PairsAddWhatPeftAdds()
    {
        string path = SharedData.PathOf("models", "arch", "tiny_lora_adapter.safetensors"), basePath = SharedData.PathOf("models", "arch", "tiny_lora_base.safetensors");
        using var adapter = SafetensorsCheckpoint.Open(path, [path]);
        using var model = SafetensorsCheckpoint.Open(basePath, [basePath]);
        var pair = LoraPair.Of(adapter).Single();
        Assert.That(pair.Target, Is.EqualTo("proj"));
        float[] down = Elements(adapter, pair.Down), up = Elements(adapter, pair.Up), weight = Elements(model, "proj.weight");
        using var truth = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("models", "arch", "tiny_lora_logits.json")));
        double scale = truth.RootElement.GetProperty("scale").GetDouble();
        foreach (var (input, output) in truth.RootElement.GetProperty("inputs").EnumerateArray().Zip(truth.RootElement.GetProperty("outputs").EnumerateArray()))
        {
            double[] x = [.. input.EnumerateArray().Select(value => value.GetDouble())];
            double[] few = Multiply(down, x), added = Multiply(up, few), plain = Multiply(weight, x);
            Assert.That(plain.Zip(added, (a, b) => a + (scale * b)), Is.EqualTo(output.EnumerateArray().Select(value => value.GetDouble())).Within(1e-5));
        }
    }

    private static double[] Multiply(float[] matrix, double[] x) =>
        [.. Enumerable.Range(0, matrix.Length / x.Length).Select(row => x.Select((value, i) => value * matrix[(row * x.Length) + i]).Sum())];

    private static SafetensorsImage Pair(string name, int inputs, int outputs) => new SafetensorsImage()
        .Add($"{Layer}{name}.lora_A.weight", "F32", [2, inputs], Numbers(2 * inputs)).Add($"{Layer}{name}.lora_B.weight", "F32", [outputs, 2], Numbers(2 * outputs));

    private static float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => (float)i)];

    private void WritePeft(SafetensorsImage image, string config)
    {
        _folder.Write("adapter_model.safetensors", image.Bytes);
        _folder.Write("adapter_config.json", Encoding.UTF8.GetBytes(config));
    }

    private ImportedAdapter Open() => ImportedAdapter.Open(_folder.Path, _folder.File("base"))!;

    private static float[] Read(ImportedAdapter adapter, int index)
    {
        var values = new float[adapter.Tensors[index].Tensor.ElementCount];
        adapter.Tensors[index].Tensor.ReadRows(0, values);
        return values;
    }

    private static float[] Elements(Checkpoint checkpoint, string name)
    {
        Assert.That(checkpoint.TryGet(name, out var tensor), Is.True, name);
        var values = new float[tensor!.ElementCount];
        tensor.ReadRows(0, values);
        return values;
    }
}
