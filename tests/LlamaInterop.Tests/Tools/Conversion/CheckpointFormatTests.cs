using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Conversion;

/// <summary>One model in several formats converts to one file.</summary>
[NeedsSharedData]
internal sealed class CheckpointFormatTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    [Test]
    public void ATrainingCheckpointAndItsExportAgree()
    {
        using var trained = Convert("trained", "torch-pt", "ckpt.pt");
        using var exported = Convert("exported", "torch-pt", "model.bin");
        AssertEqualTensors(trained, exported);
        Assert.That(Keys(trained), Is.EqualTo(Keys(exported)));
        Assert.That(trained.Metadata.GetInt32("llama.feed_forward_length"), Is.EqualTo(192));
    }

    [TestCase("stories260K.bin")]
    [TestCase("hf")]
    public void AllFormatsOfStoriesAgree(string source)
    {
        using var converted = Convert("converted", "stories260K", source, withVocabulary: true);
        using var reference = GgufFile.Open(SharedData.PathOf("models", "stories260K", "stories260K-f32.gguf"));
        AssertEqualTensors(converted, reference);
        string[] sizes = ["block_count", "context_length", "embedding_length", "feed_forward_length", "attention.head_count", "attention.head_count_kv", "rope.dimension_count"];
        foreach (string key in sizes.Select(size => $"llama.{size}"))
            Assert.That(converted.Metadata.GetInt32(key), Is.EqualTo(reference.Metadata.GetInt32(key)), key);
        Assert.That(converted.Metadata.GetFloat("llama.attention.layer_norm_rms_epsilon"), Is.EqualTo(reference.Metadata.GetFloat("llama.attention.layer_norm_rms_epsilon")));
        Assert.That(converted.Metadata.GetStringArray("tokenizer.ggml.tokens"), Is.EqualTo(reference.Metadata.GetStringArray("tokenizer.ggml.tokens")));
        Assert.That(converted.Metadata.GetFloatArray("tokenizer.ggml.scores"), Is.EqualTo(reference.Metadata.GetFloatArray("tokenizer.ggml.scores")));
    }

    [Test]
    public void MetasCheckpointConverts()
    {
        using var converted = Convert("meta", "meta-pth", "");
        Assert.That(converted.Tensors.Select(tensor => tensor.Name), Does.Contain("blk.4.ffn_down.weight").And.Not.Contain("blk.0.attention.mask"));
        Assert.That(converted.Tensors, Has.Count.EqualTo(48), "9 of each of 5 layers, table, norm and head");
        Assert.That(converted.Metadata.GetInt32("llama.vocab_size"), Is.EqualTo(512));
    }

    /// <summary>A folder of transformers with pytorch_model.bin, or with its parts and their index, as with model.safetensors.</summary>
    [Test]
    public void TorchFilesOfTransformersAgreeWithSafetensors()
    {
        const string parts = "tiny_gpt2-0000{0}-of-00002.bin";
        using var safetensors = ConvertGpt2("safetensors", ("tiny_gpt2.safetensors", "model.safetensors"));
        using var whole = ConvertGpt2("whole", ("tiny_gpt2.bin", "pytorch_model.bin"));
        using var sharded = ConvertGpt2("sharded", ("tiny_gpt2.bin.index.json", "pytorch_model.bin.index.json"),
            (string.Format(null, parts, 1), string.Format(null, parts, 1)), (string.Format(null, parts, 2), string.Format(null, parts, 2)));
        AssertEqualTensors(whole, safetensors);
        AssertEqualTensors(sharded, safetensors);
    }

    private GgufFile ConvertGpt2(string name, params (string From, string To)[] files)
    {
        string folder = Directory.CreateDirectory(_folder.File(name)).FullName;
        foreach (var (from, to) in files)
            File.Copy(SharedData.PathOf("models", "arch", from), Path.Combine(folder, to));
        File.WriteAllText(Path.Combine(folder, "config.json"), """
            {"architectures": ["GPT2LMHeadModel"], "n_embd": 8, "n_layer": 2, "n_head": 2, "n_positions": 16, "vocab_size": 11, "layer_norm_epsilon": 1e-5}
            """);
        return GgufFile.Open(Converter.Run(folder, _folder.File($"{name}.gguf"), new ConvertOptions { OutputType = ConvertType.F32, NoVocabulary = true }).Paths[0]);
    }

    private GgufFile Convert(string name, string folder, string source, bool withVocabulary = false)
    {
        var options = new ConvertOptions { OutputType = ConvertType.F32, NoVocabulary = !withVocabulary, ModelName = "a model" };
        return GgufFile.Open(Converter.Run(SharedData.PathOf("models", folder, source), _folder.File($"{name}.gguf"), options).Paths[0]);
    }

    private static string[] Keys(GgufFile file) => [.. file.Metadata.Select(entry => $"{entry.Key} = {entry.Value}").Order(StringComparer.Ordinal)];

    private static void AssertEqualTensors(GgufFile file, GgufFile other)
    {
        Assert.That(file.Tensors.Select(tensor => tensor.Name), Is.EquivalentTo(other.Tensors.Select(tensor => tensor.Name)));
        foreach (var tensor in file.Tensors)
        {
            var twin = other.Tensors.First(twin => twin.Name == tensor.Name);
            Assert.That(tensor.Dimensions.ToArray(), Is.EqualTo(twin.Dimensions.ToArray()), tensor.Name);
            Assert.That(file.TensorSpan(tensor).SequenceEqual(other.TensorSpan(twin)), Is.True, tensor.Name);
        }
    }
}
