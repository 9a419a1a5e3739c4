using System.Text.Json;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.References;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Conversion;

/// <summary>The tiny models of <c>models/arch</c>, converted and run, against Hugging Face transformers.</summary>
[TestFixture]
[NeedsSharedData]
internal sealed class ArchitectureConversionTests
{
    private const double Limit = 1e-9;

    private static readonly string[] Decoders =
    [
        "tiny_llama", "tiny_smollm2", "tiny_mistral", "tiny_mixtral", "tiny_qwen2", "tiny_qwen3", "tiny_gemma", "tiny_gemma2", "tiny_phi3", "tiny_phi3_longrope",
        "tiny_granitemoe", "tiny_granitemoeshared", "tiny_olmoe", "tiny_starcoder2_window", "tiny_gptbigcode", "tiny_bitnet",
    ];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [TestCaseSource(nameof(Decoders))]
    public void GivesTheLogitsOfTheTruth(string name)
    {
        using LlamaModel model = Convert(name);
        using JsonDocument truth = Read($"{name}_logits.json");
        double largest = 0;
        foreach ((int[] tokens, float[] rows) in Sequences(truth.RootElement, "logits"))
        {
            var logits = new List<float>();
            model.Evaluate(tokens, true, (row, _) => logits.AddRange(row));
            largest = Math.Max(largest, LogitsError.NormalizedSquared([.. logits], rows));
        }
        ShowsNoOddity(model);
        TestContext.Out.WriteLine($"{name}: largest normalized squared error {largest:E2}");
        Assert.That(largest, Is.LessThan(Limit));
    }

    private LlamaModel Convert(string name)
    {
        string output = _folder.File(name + ".gguf");
        Converter.Run(SharedData.PathOf("models", "arch", name + ".safetensors"), output, new ConvertOptions { OutputType = ConvertType.F32, NoVocabulary = true });
        return LlamaModel.Load(output, new LlamaModelOptions { KeyCache = CacheType.F32, ValueCache = CacheType.F32 });
    }

    private static void ShowsNoOddity(LlamaModel model)
    {
        Assert.That(model.Runner.UnusedTensors, Is.Empty, "every tensor of the file is read");
        Assert.That(model.Runner.MissingTensors, Is.Empty, "no layer lacks what others have");
    }

    private static IEnumerable<(int[] Tokens, float[] Rows)> Sequences(JsonElement truth, string key) =>
        truth.GetProperty("sequences").EnumerateArray().Zip(truth.GetProperty(key).EnumerateArray(), (tokens, rows) =>
            (ReferencePrompt.Ints(tokens), rows.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetSingle()).ToArray()));

    private static JsonDocument Read(string name) => JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("models", "arch", name)));
}
