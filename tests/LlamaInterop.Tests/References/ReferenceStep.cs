using System.Text.Json;

namespace LlamaInterop.Tests.References;

/// <summary>One short run of a model of <c>models/arch-gguf</c>, whatever it is for: logits, embeddings, or a text with its encoder's.</summary>
internal static class ReferenceStep
{
    private static readonly int[] Tokens = [0, 1, 2, 3, 4];

    /// <summary>The run that suits the file of this name.</summary>
    public static Action<LlamaModel> Of(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("models", "arch-gguf", name + ".json")));
        if (document.RootElement.TryGetProperty("output", out JsonElement output) && output.GetString() != "logits")
            return model => model.Embed(Tokens);
        int[] encoded = document.RootElement.TryGetProperty("encoder_prompts", out _) ? Tokens : [];
        return model => model.Evaluate(Tokens, false, (_, _) => { }, encoderTokens: encoded);
    }
}
