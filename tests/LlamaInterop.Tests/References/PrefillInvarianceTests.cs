using System.Text.Json;
using LlamaInterop.Tests.Inference;

namespace LlamaInterop.Tests.References;

/// <summary>
/// Every causal model of <c>models/arch-gguf</c>: its first prompt's logits are the same to the bit whether it is computed in one step,
/// token by token, after a fork, from a checkpoint, or from a saved state.
/// </summary>
[NeedsSharedData]
internal sealed class PrefillInvarianceTests
{
    /// <summary>Encoders see their whole text at once.</summary>
    private static IEnumerable<string> Names => SharedData.FilesOf("*.gguf", "models", "arch-gguf").Where(name => IsCausal(Description(name)));

    [TestCaseSource(nameof(Names))]
    public void WaysToAPromptsLogitsAreEqual(string name)
    {
        string path = SharedData.PathOf("models", "arch-gguf", name + ".gguf");
        int[] prompt = ReferencePrompt.Ints(Description(name).GetProperty("prompts")[0]);
        using var runner = new TinyRunner(path, PrefillWays.Options);
        PrefillWays.AssertEqual(runner, prompt, cut: 2 * prompt.Length / 3);
        PrefillWays.AssertEqual(runner, prompt, cut: 1);
    }

    private static bool IsCausal(JsonElement description) =>
        description.GetProperty("output").GetString() == "logits" && !description.TryGetProperty("encoder_prompts", out _);

    private static JsonElement Description(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("models", "arch-gguf", name + ".json")));
        return document.RootElement.Clone();
    }
}
