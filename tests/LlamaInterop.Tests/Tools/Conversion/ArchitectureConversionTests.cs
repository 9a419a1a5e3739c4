using System.Text.Json;
using LlamaInterop.Models;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.References;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Conversion;

/// <summary>The tiny models of <c>models/arch</c>, converted and run, against Hugging Face transformers.</summary>
[TestFixture]
[NeedsSharedData]
internal sealed class ArchitectureConversionTests
{
    /// <summary>Sums of floats in another order move these logits by up to 1.4e-10 (tiny_qwen3_5), the truth is itself a sum of floats.</summary>
    private const double Limit = 3e-10;

    private static readonly string[] Decoders =
    [
        "tiny_llama", "tiny_smollm2", "tiny_mistral", "tiny_mixtral", "tiny_qwen2", "tiny_qwen3", "tiny_qwen3_5", "tiny_qwen3_5_moe", "tiny_gemma", "tiny_gemma2",
        "tiny_phi3", "tiny_phi3_longrope", "tiny_granitemoe", "tiny_granitemoeshared", "tiny_olmoe", "tiny_starcoder2_window", "tiny_gptbigcode", "tiny_bitnet",
        "tiny_mamba2", "tiny_jamba", "tiny_nemotronh", "tiny_nemotronh_moe",
    ];

    /// <summary>What is there, but of an architecture that does not run, or with a head that is none of its architecture's.</summary>
    private static readonly (string Name, string Reason)[] Refused =
    [
        ("tiny_marian", "MarianMTModel (marian) is not an architecture that runs here"),
        ("tiny_opt350", "OPTForCausalLM (opt) is not an architecture that runs here"),
        ("tiny_gptneo", "GPTNeoForCausalLM (gpt_neo) is not an architecture that runs here"),
        ("tiny_clip", "clip is not an architecture that runs here"),
        ("tiny_siglip", "siglip is not an architecture that runs here"),
        ("tiny_llava", "llava is not an architecture that runs here"),
        ("tiny_paligemma", "paligemma is not an architecture that runs here"),
        ("tiny_qwen2audio", "qwen2_audio is not an architecture that runs here"),
        ("tiny_openclip", "architectures is missing"),
        ("tiny_bert_seqcls", "BertForSequenceClassification (bert) is not an architecture that runs here"),
        ("tiny_roberta_seqcls", "RobertaForSequenceClassification (roberta) is not an architecture that runs here"),
        ("tiny_debertav2_seqcls", "DebertaV2ForSequenceClassification (deberta-v2) is not an architecture that runs here"),
        ("tiny_colbert", "tensor linear.weight is none that bert has"),
    ];

    [TestCaseSource(nameof(Decoders))]
    public void GivesTheLogitsOfTheTruth(string name)
    {
        using var fixture = new ConvertedFixture(name, "logits");
        RefuseErrors(fixture, name, Pairs(fixture, "sequences", "logits", (tokens, _) => fixture.Logits(tokens)));
    }

    [TestCase("tiny_bert", "hidden", "hidden")]
    [TestCase("tiny_xlmroberta", "hidden", "hidden")]
    [TestCase("tiny_modernbert", "logits", "logits")]
    public void GivesTheHiddenStatesOfTheTruth(string name, string file, string key)
    {
        using var fixture = new ConvertedFixture(name, file);
        int[][]? types = fixture.Truth.TryGetProperty("token_types", out JsonElement all) ? [.. all.EnumerateArray().Select(ReferencePrompt.Ints)] : null;
        RefuseErrors(fixture, name, Pairs(fixture, "sequences", key, (tokens, i) => fixture.HiddenStates(tokens, types?[i] ?? new int[tokens.Length])));
    }

    /// <summary>The truth's rows see the padding behind them; only their mean leaves it out.</summary>
    [Test]
    public void GivesTheEmbeddingsOfTheTruth()
    {
        using var fixture = new ConvertedFixture("tiny_e5", "embed");
        int[] lengths = ReferencePrompt.Ints(fixture.Truth.GetProperty("real_tokens"));
        RefuseErrors(fixture, "tiny_e5", Pairs(fixture, "sequences", "embeddings", (tokens, i) => MeanOf(fixture.HiddenStates(tokens, new int[tokens.Length]), lengths[i], fixture.Model.EmbeddingLength)));
    }

    [Test]
    public void GivesTheLogitsOfTheTruthAfterAnEncoder()
    {
        using var fixture = new ConvertedFixture("tiny_flan_t5", "logits");
        int[][] encoded = [.. fixture.Truth.GetProperty("enc_sequences").EnumerateArray().Select(ReferencePrompt.Ints)];
        RefuseErrors(fixture, "tiny_flan_t5", Pairs(fixture, "dec_sequences", "logits", (tokens, i) => fixture.Logits(tokens, encoded[i])));
    }

    [TestCaseSource(nameof(Refused))]
    public void RefusesWhatDoesNotRunByName((string Name, string Reason) refused)
    {
        using var folder = new TemporaryFolder();
        string output = folder.File("out.gguf");
        ModelException? error = Assert.Throws<ModelException>(() => Converter.Run(ConvertedFixture.PathOf(refused.Name + ".safetensors"), output, new ConvertOptions { NoVocabulary = true }));
        Assert.That(error!.Message, Does.Contain(refused.Name).And.Contains(refused.Reason));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.Empty);
    }

    /// <summary>The mean of the first rows, of length 1.</summary>
    private static float[] MeanOf(float[] rows, int count, int width)
    {
        double[] sums = [.. Enumerable.Range(0, width).Select(i => Enumerable.Range(0, count).Sum(row => (double)rows[(row * width) + i]))];
        double length = Math.Sqrt(sums.Sum(sum => sum * sum));
        return [.. sums.Select(sum => (float)(sum / length))];
    }

    private static IEnumerable<double> Pairs(ConvertedFixture fixture, string sequences, string key, Func<int[], int, float[]> rows) =>
        fixture.Truth.GetProperty(sequences).EnumerateArray().Zip(fixture.Truth.GetProperty(key).EnumerateArray())
            .Select((pair, i) => ConvertedFixture.ErrorOf(rows(ReferencePrompt.Ints(pair.First), i), pair.Second));

    private static void RefuseErrors(ConvertedFixture fixture, string name, IEnumerable<double> errors)
    {
        double largest = errors.Max();
        TestContext.Out.WriteLine($"{name}: largest normalized squared error {largest:E2}");
        Assert.That(fixture.Model.Runner.UnusedTensors, Is.Empty, "every tensor of the file is read");
        Assert.That(fixture.Model.Runner.MissingTensors, Is.Empty, "no layer lacks what others have");
        Assert.That(largest, Is.LessThan(Limit));
    }
}
