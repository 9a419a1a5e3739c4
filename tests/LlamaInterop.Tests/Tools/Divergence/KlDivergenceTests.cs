using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Models;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Inference;
using LlamaInterop.Tests.Models;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Divergence;

internal sealed class KlDivergenceTests
{
    private const int Context = 16, Chunks = 5, Scored = Chunks * ((Context / 2) - 1);
    private static readonly PerplexityOptions Options = new() { ContextSize = Context };
    private static readonly LlamaModelOptions ModelOptions = Perplexity.Prepare(new LlamaModelOptions { Threads = 2, BatchSize = 32 }, Options);
    private static readonly int[] Text = TinyVocabulary.RandomTokens(new Random(3), (Context * Chunks) + 3);
    private readonly TemporaryFolder _folder = new();
    private TinyLlama _base = null!, _other = null!;

    [OneTimeSetUp]
    public void Load()
    {
        _base = new TinyLlama(ModelOptions);
        _other = new TinyLlama(ModelOptions, new Models.TinyModel { Seed = 9 });
    }

    [OneTimeTearDown]
    public void Unload()
    {
        _base.Dispose();
        _other.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void IsNothingBetweenAModelAndItself()
    {
        KlDivergenceResult result = KlDivergence.Measure(_base.Model, _base.Model, Text, Options);
        Assert.That((result.Chunks, result.Tokens, result.Divergences.Count), Is.EqualTo((Chunks, Scored, Scored)));
        Assert.That(result.Divergences.Maximum, Is.EqualTo(0).Within(1e-6));
        Assert.That(result.Estimates.SameTop.Value, Is.EqualTo(1));
        Assert.That(result.Estimates.Ratio.Value, Is.EqualTo(1).Within(1e-6));
        Assert.That(result.Estimates.ProbabilityChangeRms.Value, Is.EqualTo(0).Within(1e-7));
    }

    [Test]
    public void IsTheSumOfItsDefinition()
    {
        KlDivergenceResult result = KlDivergence.Measure(_base.Model, _other.Model, Text, Options);
        double[][] own = Probabilities(_other.Model), others = Probabilities(_base.Model);
        double[] expected = [.. own.Select((row, i) => row.Select((p, t) => others[i][t] * Math.Log(others[i][t] / p)).Sum())];
        Assert.That(result.Estimates.Divergence.Value, Is.EqualTo(expected.Average()).Within(1e-3).Percent);
        Assert.That(result.Divergences.Maximum, Is.EqualTo(expected.Max()).Within(1e-3).Percent);
        Assert.That(result.Divergences.Median, Is.EqualTo(expected.Order().ElementAt(Scored / 2)).Within(1e-3).Percent);
        double same = own.Select((row, i) => Array.IndexOf(row, row.Max()) == Array.IndexOf(others[i], others[i].Max()) ? 1.0 : 0).Average();
        Assert.That(result.Estimates.SameTop.Value, Is.EqualTo(same));
        int[] targets = [.. Enumerable.Range(0, Chunks).SelectMany(chunk => Text.Skip((chunk * Context) + (Context / 2) + 1).Take((Context / 2) - 1))];
        double rms = Math.Sqrt(targets.Select((token, i) => Math.Pow(own[i][token] - others[i][token], 2)).Average());
        Assert.That(result.Estimates.ProbabilityChangeRms.Value, Is.EqualTo(rms).Within(1e-3).Percent);
        Assert.That(result.Estimates.Perplexity.Value, Is.EqualTo(Perplexity.Measure(_other.Model, Text, Options).Perplexity).Within(1e-6).Percent);
    }

    /// <summary>Log-probabilities in 16 bits differ from exact ones by less than a ten thousandth.</summary>
    [Test]
    public void AFileGivesWhatBothModelsGive()
    {
        string path = _folder.File("base.kld");
        PerplexityResult saved = KlDivergence.SaveBase(_base.Model, Text, path, Options);
        Assert.That(saved, Is.EqualTo(Perplexity.Measure(_base.Model, Text, Options)));
        Assert.That(KlDivergence.ContextSizeOf(path), Is.EqualTo(Context));
        KlDivergenceResult expected = KlDivergence.Measure(_base.Model, _other.Model, Text, Options), result = KlDivergence.Measure(_other.Model, path);
        Assert.That(result.Estimates.Divergence.Value, Is.EqualTo(expected.Estimates.Divergence.Value).Within(0.1).Percent);
        Assert.That(result.Estimates.LogRatio.Value, Is.EqualTo(expected.Estimates.LogRatio.Value).Within(2e-4));
        Assert.That(result.Tokens, Is.EqualTo(expected.Tokens));
    }

    [Test]
    public void ReportsEveryChunk()
    {
        var seen = new List<KlDivergenceProgress>();
        KlDivergenceResult result = KlDivergence.Measure(_base.Model, _other.Model, Text, Options, new Listener(seen.Add));
        Assert.That(seen.Select(progress => progress.Chunk), Is.EqualTo(Enumerable.Range(1, Chunks)));
        Assert.That(seen[^1].Estimates, Is.EqualTo(result.Estimates));
    }

    [Test]
    public void RefusesAStride() =>
        Assert.That(() => KlDivergence.SaveBase(_base.Model, Text, _folder.File("never"), Options with { Stride = 4 }), Throws.TypeOf<ModelException>().With.Message.Contains("without a stride"));

    [TestCase(0, 0x20, "does not begin with _logits_")]
    [TestCase(8, 0, "0 tokens of a chunk")]
    [TestCase(8, 3, "of which none is scored")]
    [TestCase(8, int.MaxValue, "bytes, not the")]
    [TestCase(12, -1, "-1 tokens of a vocabulary")]
    [TestCase(12, int.MaxValue, "bytes, not the")]
    [TestCase(16, 0, "0 chunks")]
    [TestCase(16, int.MaxValue, "bytes, not the")]
    public void RefusesHostileFiles(int offset, int word, string message)
    {
        string path = _folder.File("whole.kld");
        KlDivergence.SaveBase(_base.Model, Text, path, Options);
        byte[] bytes = File.ReadAllBytes(path);
        MemoryMarshal.Write(bytes.AsSpan(offset), word);
        Assert.That(() => KlDivergence.Measure(_other.Model, _folder.Write("hostile.kld", bytes)), Throws.TypeOf<GgufException>().With.Message.Contains(message));
        Assert.That(() => KlDivergence.Measure(_other.Model, _folder.Write("cut.kld", bytes.AsSpan(..^1))), Throws.TypeOf<GgufException>());
    }

    [Test]
    public void RefusesRowsThatAreNotFinite()
    {
        string path = _folder.File("nan.kld");
        KlDivergence.SaveBase(_base.Model, Text, path, Options);
        byte[] bytes = File.ReadAllBytes(path);
        MemoryMarshal.Write(bytes.AsSpan(20 + (Chunks * Context * sizeof(int))), float.NaN);
        Assert.That(() => KlDivergence.Measure(_other.Model, _folder.Write("hostile.kld", bytes)), Throws.TypeOf<ModelException>().With.Message.Contains("chunk 1 are not finite"));
    }

    /// <summary>Those of the scored places, by soft-max in double precision.</summary>
    private static double[][] Probabilities(LlamaModel model)
    {
        var rows = new List<double[]>();
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            int[] tokens = [TinyVocabulary.Bos, .. Text.AsSpan((chunk * Context) + 1, Context - 1)];
            model.Evaluate(tokens, allPositions: true, (logits, position) =>
            {
                if (position < Context / 2 || position == Context - 1)
                    return;
                double[] powers = [.. logits.ToArray().Select(logit => Math.Exp(logit))];
                double sum = powers.Sum();
                rows.Add([.. powers.Select(power => power / sum)]);
            });
        }
        return [.. rows];
    }

    private sealed class Listener(Action<KlDivergenceProgress> report) : IProgress<KlDivergenceProgress>
    {
        public void Report(KlDivergenceProgress value) => report(value);
    }
}
