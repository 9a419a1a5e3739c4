using LlamaInterop.Inference;
using LlamaInterop.Models;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Inference;

/// <summary>Caches of every element type: what they cost in accuracy, and that everything else works with them as with f32.</summary>
internal sealed class CacheTypeTests
{
    private static readonly string Demo = Path.Combine(SharedData.RepositoryRoot, "models", "demo.gguf");
    private static readonly LlamaModelOptions Options = new() { Threads = 2, ContextSize = 256, BatchSize = 64 };
    private static readonly int[] Tokens = TinyVocabulary.RandomTokens(new Random(1), 150);

    private static IEnumerable<CacheType> Types => Enum.GetValues<CacheType>().Where(type => type is not CacheType.Auto);

    private static IEnumerable<CacheType> BlockTypes => Types.Where(type => type is not (CacheType.F32 or CacheType.F16 or CacheType.BF16));

    /// <summary>Normalized squared error of the logits against a cache of f32, on tokens that mean nothing: twice what was measured.</summary>
    [TestCase(CacheType.F16, 1.4e-8)]
    [TestCase(CacheType.BF16, 2e-6)]
    [TestCase(CacheType.Q8_0, 1.1e-5)]
    [TestCase(CacheType.Q5_1, 2e-3)]
    [TestCase(CacheType.Q5_0, 1e-3)]
    [TestCase(CacheType.Q4_1, 3.4e-3)]
    [TestCase(CacheType.Q4_0, 3.4e-3)]
    [TestCase(CacheType.IQ4_NL, 3.6e-3)]
    public void CostsLittle(CacheType type, double bound) => Assert.That(Nmse(Demo, type, Tokens), Is.LessThan(bound));

    /// <summary>The same on a real instruct model of 30 layers, whose activations are quantized too.</summary>
    [TestCase(CacheType.F16, 1e-3)]
    [TestCase(CacheType.Q8_0, 1.6e-3)]
    [TestCase(CacheType.Q4_0, 0.12)]
    [NeedsSharedData]
    public void CostsLittleOnARealModel(CacheType type, double bound)
    {
        string path = Directory.GetFiles(SharedData.PathOf("models", "smollm2"), "*.gguf").Single();
        using LlamaModel model = LlamaModel.Load(path, Options);
        string text = File.ReadAllText(SharedData.PathOf("text", "tinystories-300k.txt"))[..600];
        Assert.That(Nmse(path, type, [.. model.Tokenizer.Encode(text, true, false)]), Is.LessThan(bound));
    }

    [Test]
    public void StepsAndThreadsChangeNoBit([ValueSource(nameof(BlockTypes))] CacheType type)
    {
        float[][] expected = Logits(Demo, With(type), Tokens);
        Assert.That(Logits(Demo, With(type) with { BatchSize = 1 }, Tokens), Is.EqualTo(expected), "token by token");
        Assert.That(Logits(Demo, With(type) with { Threads = 5 }, Tokens), Is.EqualTo(expected), "five threads");
    }

    [Test]
    public void CompanyChangesNoBit()
    {
        using var runner = new TinyRunner(Demo, With(CacheType.Q8_0) with { MaxSequences = 3 });
        int[][] prompts = [Tokens, Tokens[30..], Tokens[..40]];
        float[][][] together = runner.Interleave(prompts, new Random(5));
        for (int i = 0; i < prompts.Length; i++)
            Assert.That(together[i], Is.EqualTo(runner.Logits(prompts[i])), $"prompt {i}");
    }

    [Test]
    public void SavedForkedAndCutSequencesGoOn([ValueSource(nameof(BlockTypes))] CacheType type)
    {
        const int Length = 100;
        using var folder = new TemporaryFolder();
        using var runner = new TinyRunner(Demo, With(type) with { MaxSequences = 3 });
        float[][] expected = runner.Logits(Tokens)[Length..];
        using Sequence saved = runner.NewSequence();
        runner.Append(saved, Tokens.AsSpan(0, Length));
        SequenceFile.Save(folder.File("saved"), runner.Runner, saved, Tokens.AsSpan(0, Length));
        using (Sequence fork = saved.Fork())
            Assert.That(runner.Append(fork, Tokens.AsSpan(Length)), Is.EqualTo(expected), "the fork");
        Assert.That(saved.TryTruncate(Length - 30), Is.True);
        Assert.That(runner.Append(saved, Tokens.AsSpan(Length - 30))[30..], Is.EqualTo(expected), "the one that was cut");
        using Sequence loaded = SequenceFile.Load(folder.File("saved"), runner.Runner).Sequence;
        Assert.That(runner.Append(loaded, Tokens.AsSpan(Length)), Is.EqualTo(expected), "the loaded one");
    }

    [Test]
    public void EstimateCountsItsBytes()
    {
        long Bytes(CacheType keys, CacheType values)
        {
            using LlamaModel model = LlamaModel.Load(Demo, Options with { KeyCache = keys, ValueCache = values });
            return model.Memory.Cache;
        }

        long half = Bytes(CacheType.F16, CacheType.F16);
        Assert.That(Bytes(CacheType.Q8_0, CacheType.Q8_0), Is.EqualTo(half * 34 / 64));
        Assert.That(Bytes(CacheType.Q4_0, CacheType.Q4_0), Is.EqualTo(half * 18 / 64));
        Assert.That(Bytes(CacheType.F16, CacheType.Q8_0), Is.EqualTo((half / 2) + (half / 2 * 34 / 64)));
    }

    [Test]
    public void RefusesHeadsThatAreNoWholeBlocks()
    {
        using var folder = new TemporaryFolder();
        string path = TinyModels.OfSeed(1).Write(folder);
        Assert.That(
            () => LlamaModel.Load(path, Options with { KeyCache = CacheType.Q8_0 }),
            Throws.TypeOf<ModelException>().With.Message.Match(@"^.*: a q8_0 cache \(-ctk\) has blocks of 32, but keys have \d+ elements a head; f16 takes any number$"));
        Assert.That(
            () => LlamaModel.Load(path, Options with { ValueCache = CacheType.IQ4_NL }),
            Throws.TypeOf<ModelException>().With.Message.Match(@"^.*: a iq4_nl cache \(-ctv\) has blocks of 32, but values have \d+ elements a head"));
    }

    private static LlamaModelOptions With(CacheType type) => Options with { KeyCache = type, ValueCache = type };

    private static double Nmse(string path, CacheType type, int[] tokens)
    {
        double[][] truth = [.. Logits(path, With(CacheType.F32), tokens).Select(row => Array.ConvertAll(row, value => (double)value))];
        double nmse = ErrorMeasure.Nmse(Logits(path, With(type), tokens), truth);
        TestContext.Out.WriteLine($"{type}: NMSE {nmse:E2}");
        return nmse;
    }

    private static float[][] Logits(string path, LlamaModelOptions options, int[] tokens)
    {
        using LlamaModel model = LlamaModel.Load(path, options);
        var found = new List<float[]>();
        model.Evaluate(tokens, true, (logits, _) => found.Add(logits.ToArray()));
        return [.. found];
    }
}
