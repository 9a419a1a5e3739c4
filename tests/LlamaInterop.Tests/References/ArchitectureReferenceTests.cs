using System.Runtime.InteropServices;
using System.Text.Json;

namespace LlamaInterop.Tests.References;

/// <summary>Tiny random models of each architecture against Hugging Face transformers (<c>models/arch-gguf</c>).</summary>
[TestFixture]
[NeedsSharedData]
internal sealed class ArchitectureReferenceTests
{
    private const double Limit = 1e-7;
    private const double NoMargin = 0.001;

    /// <summary>The truth was computed for this context; it decides between longrope's factors.</summary>
    private static readonly LlamaModelOptions Options = new() { ContextSize = 256 };

    /// <summary>Every file of the folder; none of them where the folder is absent.</summary>
    private static IEnumerable<string> Names => SharedData.FilesOf("*.gguf", "models", "arch-gguf");

    /// <summary>Those that write text.</summary>
    private static IEnumerable<string> Writers => Names.Where(name => Describe(name).TryGetProperty("greedy_B", out _));

    [TestCaseSource(nameof(Names))]
    public void GivesTheRowsOfTheTruth(string name)
    {
        JsonElement description = Describe(name);
        float[] truth = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(StemOf(name) + ".f32")).ToArray();
        using LlamaModel model = LlamaModel.Load(StemOf(name) + ".gguf", Options);
        int start = 0;
        double largest = 0;
        for (int p = 0; p < description.GetProperty("prompts").GetArrayLength(); p++)
        {
            int[] positions = ReferencePrompt.Ints(description.GetProperty("positions")[p]);
            float[] rows = Rows(model, description, p, [], positions[0], positions[1]);
            largest = Math.Max(largest, LogitsError.NormalizedSquared(rows, truth.AsSpan(start, rows.Length)));
            start += rows.Length;
        }
        TestContext.Out.WriteLine($"{name}: largest normalized squared error {largest:E2}");
        Assert.That(start, Is.EqualTo(truth.Length), "positions read");
        Assert.That(model.Runner.UnusedTensors, Is.Empty, "every tensor of the file is read");
        Assert.That(model.Runner.MissingTensors, Is.Empty, "no layer lacks what others have");
        Assert.That(largest, Is.LessThan(Limit));
    }

    [TestCaseSource(nameof(Writers))]
    public void ContinuesGreedilyAsTheTruth(string name)
    {
        JsonElement description = Describe(name);
        using LlamaModel model = LlamaModel.Load(StemOf(name) + ".gguf", Options);
        int length = description.GetProperty("prompts")[1].GetArrayLength();
        int[] expected = ReferencePrompt.Ints(description.GetProperty("greedy_B"));
        double[] margins = [.. description.GetProperty("margins").EnumerateArray().Select(m => m.GetDouble())];
        float[] rows = Rows(model, description, 1, expected[..^1], length - 1, length + expected.Length - 1);
        for (int step = 0; step < expected.Length; step++)
        {
            int chosen = LogitsError.ArgMax(rows.AsSpan(step * model.VocabularySize, model.VocabularySize));
            if (margins[step] >= NoMargin)
                Assert.That(chosen, Is.EqualTo(expected[step]), $"step {step}");
        }
    }

    /// <summary>What the file's truth is of (logits, or hidden states) at positions of prompt <paramref name="p"/> and of <paramref name="more"/> after it.</summary>
    private static float[] Rows(LlamaModel model, JsonElement description, int p, int[] more, int first, int end)
    {
        int[] tokens = [.. ReferencePrompt.Ints(description.GetProperty("prompts")[p]), .. more];
        bool isLogits = !description.TryGetProperty("output", out JsonElement output) || output.GetString() == "logits";
        if (!isLogits)
            return model.Embed(tokens, new EmbeddingOptions { Pooling = Pooling.None })[(first * model.EmbeddingLength)..(end * model.EmbeddingLength)];
        int[] encoded = description.TryGetProperty("encoder_prompts", out JsonElement prompts) ? ReferencePrompt.Ints(prompts[p]) : [];
        var rows = new List<float>();
        model.Evaluate(tokens, true, (logits, position) =>
        {
            if (position >= first && position < end)
                rows.AddRange(logits);
        }, encoderTokens: encoded);
        return [.. rows];
    }

    private static JsonElement Describe(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(StemOf(name) + ".json"));
        return document.RootElement.Clone();
    }

    private static string StemOf(string name) => SharedData.PathOf("models", "arch-gguf", name);
}
