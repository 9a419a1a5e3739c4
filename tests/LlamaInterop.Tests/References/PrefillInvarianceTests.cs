using System.Text.Json;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Inference;

namespace LlamaInterop.Tests.References;

/// <summary>
/// Every model of <c>models/arch-gguf</c> that has a causal decoder: a prompt's logits are the same to the bit whether it is computed in one step, token by
/// token, after a fork, from a checkpoint, or from a saved state. Its first prompt goes on at random, so that it spans several blocks of
/// the cache and windows drop some.
/// </summary>
[NeedsSharedData]
internal sealed class PrefillInvarianceTests
{
    private const int Length = 170, ShortLength = 30;

    /// <summary>Encoders see their whole text at once.</summary>
    private static IEnumerable<string> Names => SharedData.FilesOf("*.gguf", "models", "arch-gguf").Where(name => Description(name).GetProperty("output").GetString() == "logits");

    [TestCaseSource(nameof(Names))]
    public void WaysToAPromptsLogitsAreEqual(string name)
    {
        using var runner = new TinyRunner(PathOf(name), PrefillWays.Options with { BatchSize = 256 }) { EncoderTokens = EncoderTokensOf(name) };
        int[] prompt = PromptOf(name, runner);
        PrefillWays.AssertEqual(runner, prompt, cut: 2 * prompt.Length / 3);
        PrefillWays.AssertEqual(runner, prompt[..ShortLength], cut: 1);
    }

    /// <summary>Every second row as an embedding.</summary>
    [TestCaseSource(nameof(Names))]
    public void EmbeddingRowsStandForTheirTokens(string name)
    {
        using var runner = new TinyRunner(PathOf(name), PrefillWays.Options) { EncoderTokens = EncoderTokensOf(name) };
        int[] prompt = PromptOf(name, runner)[..ShortLength];
        float[][] logits = runner.LogitsOfRows(prompt, 64, t => t % 2 == 0 ? runner.EmbeddingOf(prompt[t]) : null);
        Assert.That(logits, Is.EqualTo(runner.Logits(prompt)));
    }

    private static IEnumerable<string> Windowed => Names.Where(name =>
    {
        using GgufFile file = GgufFile.Open(PathOf(name));
        string arch = file.Metadata.GetString("general.architecture");
        return file.Metadata.GetInt32OrDefault($"{arch}.attention.sliding_window", 0) > 0;
    });

    [TestCaseSource(nameof(Windowed))]
    public void WindowsMayKeepAllInstead(string name)
    {
        LlamaModelOptions options = PrefillWays.Options with { ContextSize = 4096 };
        using var windowed = new TinyRunner(PathOf(name), options);
        using var full = new TinyRunner(PathOf(name), options with { FullWindows = true });
        int[] prompt = PromptOf(name, windowed);
        Assert.That(windowed.Logits(prompt, 16), Is.EqualTo(full.Logits(prompt)));
        Assert.That(full.Runner.Cache.Groups.Select(group => group.Window), Is.EqualTo(new[] { 0 }));
        long few = windowed.Runner.Estimate.Cache, many = full.Runner.Estimate.Cache;
        TestContext.Out.WriteLine($"{name}: {few} bytes of cache for 4096 tokens, {many} with all kept");
        Assert.That(few, Is.LessThan(many));
    }

    private static int[] PromptOf(string name, TinyRunner runner)
    {
        int[] prompt = ReferencePrompt.Ints(Description(name).GetProperty("prompts")[0]);
        var random = new Random(1);
        int length = Math.Min(Length, runner.Runner.Options.ContextSize);
        return [.. prompt.Concat(Enumerable.Range(0, Length).Select(_ => random.Next(3, runner.Runner.Model.VocabularySize))).Take(length)];
    }

    private static string PathOf(string name) => SharedData.PathOf("models", "arch-gguf", name + ".gguf");

    private static int[] EncoderTokensOf(string name) =>
        Description(name).TryGetProperty("encoder_prompts", out JsonElement prompts) ? ReferencePrompt.Ints(prompts[0]) : [];

    private static JsonElement Description(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("models", "arch-gguf", name + ".json")));
        return document.RootElement.Clone();
    }
}
