using System.Text;
using LlamaInterop.Models;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Tests.Models.Checkpoints;

/// <summary>The same rotation, however a configuration states it.</summary>
internal sealed class RotaryConfigTests
{
    [TestCase("""{"rope_theta": 5000.0}""", "freq_base=5000")]
    [TestCase("""{"rope_parameters": {"rope_theta": 5000.0, "rope_type": "default"}}""", "freq_base=5000")]
    [TestCase("""{"rope_parameters": {"full_attention": {"rope_theta": 5000.0}, "sliding_attention": {"rope_theta": 7.0}}}""", "freq_base=5000 freq_base_swa=7")]
    [TestCase("""{"global_rope_theta": 5000.0, "local_rope_theta": 7.0}""", "freq_base=5000 freq_base_swa=7")]
    [TestCase("""{"rope_scaling": {"type": "linear", "factor": 4}}""", "scaling.type=linear scaling.factor=4")]
    [TestCase("""{"rope_scaling": {"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 32, "beta_fast": 16}}""",
        "scaling.type=yarn scaling.factor=4 scaling.original_context_length=32 scaling.yarn_beta_fast=16")]
    [TestCase("""{"max_position_embeddings": 64, "rope_scaling": {"rope_type": "yarn", "factor": 4}}""", "scaling.type=yarn scaling.factor=4 scaling.original_context_length=64")]
    [TestCase("""{"rope_scaling": null}""", "")]
    [TestCase("{}", "")]
    public void WritesTheKeys(string json, string expected)
    {
        var keys = new HyperParameterWriter("x");
        Of(json).Write(keys);
        Assert.That(string.Join(' ', keys.Values.Select(pair => $"{pair.Key["x.rope.".Length..]}={pair.Value}")), Is.EqualTo(expected));
    }

    /// <summary>Llama 3.1: short waves as they are, waves beyond the trained context by the factor, and a passage between.</summary>
    [Test]
    public void DividesLongWavesOnly()
    {
        const string json = """{"rope_theta": 500000, "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8192}}""";
        (string name, float[] factors) = Of(json).Llama3Factors(128).Single();
        Assert.That(name, Is.EqualTo("rope_freqs.weight"));
        Assert.That(factors, Has.Length.EqualTo(64).And.Ordered);
        Assert.That(factors[..29], Is.All.EqualTo(1f));
        Assert.That(factors[35..], Is.All.EqualTo(8f));
        double wave = 2 * Math.PI * Math.Pow(500000, 31 / 64.0), smooth = ((8192 / wave) - 1) / 3;
        Assert.That(factors[31], Is.EqualTo(1 / (((1 - smooth) / 8) + smooth)).Within(1e-5));
    }

    [Test]
    public void ComputesLongRopesFactorOfScores()
    {
        const string json = """{"original_max_position_embeddings": 4096, "rope_scaling": {"type": "su", "short_factor": [1, 2], "long_factor": [3, 4]}}""";
        var keys = new HyperParameterWriter("x");
        var factors = Of(json).LongRopeFactors(keys, 131072);
        Assert.That(factors.Select(factor => (factor.Name, factor.Values[1])), Is.EqualTo(new[] { ("rope_factors_long.weight", 4f), ("rope_factors_short.weight", 2f) }));
        var values = keys.Values.ToDictionary(pair => pair.Key, pair => pair.Value);
        Assert.That(values["x.rope.scaling.original_context_length"].ToString(), Is.EqualTo("4096"));
        Assert.That(values["x.rope.scaling.attn_factor"].TryGetNumber(out double factor), Is.True);
        Assert.That(factor, Is.EqualTo(Math.Sqrt(1 + (Math.Log(32) / Math.Log(4096)))).Within(1e-6));
    }

    [TestCase("""{"rope_scaling": {"type": "strange"}}""", "rope_scaling is of type 'strange'")]
    [TestCase("""{"rope_scaling": {"type": "linear"}}""", "rope_scaling.factor is missing")]
    [TestCase("""{"rope_scaling": {"type": "yarn"}}""", "rope_scaling.factor is missing")]
    [TestCase("""{"rope_scaling": "linear"}""", "rope_scaling must be an object")]
    [TestCase("""{"rope_theta": "x"}""", "rope_theta must be a finite number")]
    public void RefusesWhatItDoesNotKnow(string json, string reason) =>
        Assert.That(() => Of(json).Write(new HyperParameterWriter("x")), Throws.InstanceOf<ModelException>().With.Message.StartsWith("c.json: " + reason));

    [TestCase("""{"rope_scaling": {"type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4}}""", "low_freq_factor 4")]
    [TestCase("""{"rope_scaling": {"type": "llama3", "factor": 0}}""", "factor 0")]
    public void RefusesLlama3FactorsThatDivideByZero(string json, string reason) =>
        Assert.That(() => Of(json).Llama3Factors(8), Throws.InstanceOf<ModelException>().With.Message.Contains(reason));

    [TestCase("""{"rope_scaling": {"type": "longrope", "short_factor": [1], "long_factor": [1]}}""", "original_max_position_embeddings is missing")]
    [TestCase("""{"original_max_position_embeddings": 8, "rope_scaling": {"type": "longrope", "long_factor": [1]}}""", "rope_scaling.short_factor is missing")]
    public void RefusesLongRopeWithoutItsParts(string json, string reason) =>
        Assert.That(() => Of(json).LongRopeFactors(new HyperParameterWriter("x"), 16), Throws.InstanceOf<ModelException>().With.Message.Contains(reason));

    private static RotaryConfig Of(string json) => RotaryConfig.Of(ModelConfig.Parse("c.json", Encoding.UTF8.GetBytes(json)));
}
