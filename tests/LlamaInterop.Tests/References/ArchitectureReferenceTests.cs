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

    [TestCaseSource(nameof(Names))]
    public void GivesTheLogitsOfTheTruth(string name)
    {
        (LlamaModel model, JsonElement description, float[] truth) = Open(name);
        using (model)
        {
            int start = 0;
            double largest = 0;
            for (int p = 0; p < description.GetProperty("prompts").GetArrayLength(); p++)
            {
                int[] prompt = ReferencePrompt.Ints(description.GetProperty("prompts")[p]);
                int[] positions = ReferencePrompt.Ints(description.GetProperty("positions")[p]);
                float[] rows = Rows(model, prompt, positions[0], positions[1]);
                largest = Math.Max(largest, LogitsError.NormalizedSquared(rows, truth.AsSpan(start, rows.Length)));
                start += rows.Length;
            }
            TestContext.Out.WriteLine($"{name}: largest normalized squared error {largest:E2}");
            Assert.That(start, Is.EqualTo(truth.Length), "positions read");
            Assert.That(largest, Is.LessThan(Limit));
        }
    }

    [TestCaseSource(nameof(Names))]
    public void ContinuesGreedilyAsTheTruth(string name)
    {
        (LlamaModel model, JsonElement description, _) = Open(name);
        using (model)
        {
            int[] prompt = ReferencePrompt.Ints(description.GetProperty("prompts")[1]);
            int[] expected = ReferencePrompt.Ints(description.GetProperty("greedy_B"));
            double[] margins = [.. description.GetProperty("margins").EnumerateArray().Select(m => m.GetDouble())];
            int[] tokens = [.. prompt, .. expected[..^1]];
            float[] rows = Rows(model, tokens, prompt.Length - 1, tokens.Length);
            for (int step = 0; step < expected.Length; step++)
            {
                int chosen = LogitsError.ArgMax(rows.AsSpan(step * model.VocabularySize, model.VocabularySize));
                if (margins[step] >= NoMargin)
                    Assert.That(chosen, Is.EqualTo(expected[step]), $"step {step}");
            }
        }
    }

    private static float[] Rows(LlamaModel model, int[] tokens, int first, int end)
    {
        var rows = new List<float>();
        model.Evaluate(tokens, true, (logits, position) =>
        {
            if (position >= first && position < end)
                rows.AddRange(logits);
        });
        return [.. rows];
    }

    private static (LlamaModel Model, JsonElement Description, float[] Truth) Open(string name)
    {
        string stem = SharedData.PathOf("models", "arch-gguf", name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(stem + ".json"));
        float[] truth = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(stem + ".f32")).ToArray();
        return (LlamaModel.Load(stem + ".gguf", Options), document.RootElement.Clone(), truth);
    }
}
