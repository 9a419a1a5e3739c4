using LlamaInterop.Gguf;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Inference;

/// <summary>A token's logits depend, to the bit, on its sequence alone.</summary>
internal sealed class BatchInvarianceTests
{
    private const int Length = 150;
    private static readonly TinyModel[] Models =
    [
        new() { KeyLength = 10, ValueLength = 6, Heads = 6, KvHeads = 2 },
        new() { Architecture = "qwen3", HeadNorms = true, Heads = 3, KvHeads = 1, KeyLength = 34, ValueLength = 34, Matrices = GgufTensorType.F16 },
        new() { Architecture = "qwen2", QkvBiases = true, Window = 70 },
        TinyModels.Wide(GgufTensorType.Q4_0) with { Layers = 1 },
        TinyModels.Wide(GgufTensorType.Q6_K) with { Layers = 1, Architecture = "baichuan" },
        TinyModels.Wide(GgufTensorType.Q4_K, dialect: "gemma2") with { Window = 70 },
        TinyModels.Wide(GgufTensorType.Q8_0, dialect: "phi3") with { Layers = 1 },
        new() { Architecture = "cohere2", Layers = 4, Window = 30 },
        new() { Architecture = "gpt2", KeyLength = 9, ValueLength = 9 },
        new() { Architecture = "mpt", Heads = 6, KvHeads = 6 },
    ];

    [Test]
    public void ThreadCountDoesNotMatter([ValueSource(nameof(Models))] TinyModel model, [Values(2, 5)] int threads)
    {
        int[] tokens = TinyVocabulary.RandomTokens(new Random(1), Length);
        Assert.That(Logits(model, threads, tokens), Is.EqualTo(Logits(model, 1, tokens)));
    }

    [Test]
    public void StepSizeDoesNotMatter([ValueSource(nameof(Models))] TinyModel model)
    {
        using var runner = new TinyRunner(model);
        int[] tokens = TinyVocabulary.RandomTokens(new Random(2), Length);
        float[][] whole = runner.Logits(tokens);
        Assert.That(runner.Logits(tokens, 1), Is.EqualTo(whole), "token by token");
        Assert.That(runner.Logits(tokens, 7), Is.EqualTo(whole), "in steps of 7");
        Assert.That(runner.Logits(tokens, 1, 63, 2, 65), Is.EqualTo(whole), "in odd steps");
    }

    [Test]
    public void OtherSequencesDoNotMatter([ValueSource(nameof(Models))] TinyModel model, [Values(3, 4)] int seed)
    {
        using var runner = new TinyRunner(model, new LlamaModelOptions { Threads = 2, MaxSequences = 5, BatchSize = 64 });
        var random = new Random(seed);
        int[][] prompts = [.. Enumerable.Range(0, 5).Select(_ => TinyVocabulary.RandomTokens(random, random.Next(1, Length)))];
        float[][][] together = runner.Interleave(prompts, random);
        for (int s = 0; s < prompts.Length; s++)
            Assert.That(together[s], Is.EqualTo(runner.Logits(prompts[s])), $"seed {seed}, sequence {s} of {prompts[s].Length} tokens");
    }

    /// <summary>Interleaving leaves the pool's blocks in another order than a fresh pool hands them out.</summary>
    [Test]
    public void OrderOfBlocksDoesNotMatter()
    {
        using var runner = new TinyRunner(Models[0], new LlamaModelOptions { Threads = 2, MaxSequences = 4, BatchSize = 64 });
        int[] tokens = TinyVocabulary.RandomTokens(new Random(5), 200);
        float[][] fresh = runner.Logits(tokens);
        var random = new Random(6);
        for (int round = 0; round < 3; round++)
        {
            runner.Interleave([.. Enumerable.Range(0, 4).Select(_ => TinyVocabulary.RandomTokens(random, random.Next(65, 200)))], random);
            Assert.That(runner.Logits(tokens), Is.EqualTo(fresh), $"round {round}");
        }
    }

    private static float[][] Logits(TinyModel model, int threads, int[] tokens)
    {
        using var runner = new TinyRunner(model, new LlamaModelOptions { Threads = threads });
        return runner.Logits(tokens);
    }
}
