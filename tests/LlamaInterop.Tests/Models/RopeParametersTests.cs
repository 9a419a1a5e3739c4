using LlamaInterop.Compute;
using LlamaInterop.Gguf;
using LlamaInterop.Models;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>What the file says of rotary positions, and what the user says instead.</summary>
internal sealed class RopeParametersTests
{
    [Test]
    public void DefaultsAreThoseOfGguf() =>
        Assert.That(Read([]).Frequencies, Is.EqualTo(new RopeFrequencies(8, 10000, OriginalContext: 256)));

    [TestCase("linear", RopeScalingKind.Linear, 0.25f, 0f)]
    [TestCase("none", RopeScalingKind.None, 1f, 0f)]
    [TestCase("yarn", RopeScalingKind.Yarn, 0.25f, 1f)]
    [TestCase("longrope", RopeScalingKind.LongRope, 1f, 0f)]
    public void ScalingDecidesWhatTheFactorDoes(string type, RopeScalingKind kind, float scale, float extFactor)
    {
        RopeParameters rope = Read(new() { [".rope.scaling.type"] = GgufValue.From(type), [".rope.scaling.factor"] = GgufValue.From(4f) });
        Assert.That((rope.Scaling, rope.Frequencies.Scale, rope.Frequencies.ExtFactor), Is.EqualTo((kind, scale, extFactor)));
    }

    [Test]
    public void OldKeyOfTheLinearFactorIsRead() =>
        Assert.That(Read(new() { [".rope.scale_linear"] = GgufValue.From(2f) }).Frequencies.Scale, Is.EqualTo(0.5f));

    [Test]
    public void FilesYarnSettingsAreRead()
    {
        var keys = new Dictionary<string, GgufValue> { [".rope.scaling.type"] = GgufValue.From("yarn") };
        foreach ((string key, float value) in ((string, float)[])[("factor", 8), ("attn_factor", 1.5f), ("yarn_ext_factor", 0.5f), ("yarn_beta_fast", 16), ("yarn_beta_slow", 2)])
            keys[".rope.scaling." + key] = GgufValue.From(value);
        Assert.That(Read(keys).Frequencies, Is.EqualTo(new RopeFrequencies(8, 10000, 0.125f, 0.5f, 1.5f, 16, 2, 256)));
    }

    [Test]
    public void UsersSettingsStandInPlaceOfTheFiles()
    {
        var keys = new Dictionary<string, GgufValue>
        {
            [".rope.scaling.type"] = GgufValue.From("linear"),
            [".rope.scaling.factor"] = GgufValue.From(4f),
            [".rope.freq_base"] = GgufValue.From(500f),
        };
        var overrides = new RopeOverrides(RopeScalingKind.Yarn, 20000, 0.125f, 64, 0.5f, 1.5f, 16, 2);
        Assert.That(Read(keys, overrides).Frequencies, Is.EqualTo(new RopeFrequencies(8, 20000, 0.125f, 0.5f, 1.5f, 16, 2, 64)));
    }

    [Test]
    public void NoScalingIsNoScalingWhateverTheFactor() =>
        Assert.That(Read([], new RopeOverrides(RopeScalingKind.None, FrequencyScale: 0.5f)).Frequencies.Scale, Is.EqualTo(1));

    [TestCase("freq_base", 1f)]
    [TestCase("scaling.yarn_beta_fast", 0f)]
    [TestCase("scaling.yarn_beta_slow", -1f)]
    public void RefusesYarnWithoutWavelengths(string key, float value)
    {
        var keys = new Dictionary<string, GgufValue> { [".rope.scaling.type"] = GgufValue.From("yarn"), [".rope." + key] = GgufValue.From(value) };
        Assert.That(() => Read(keys), Throws.InstanceOf<ModelException>().With.Message.Contains(key[(key.IndexOf('.') + 1)..]));
    }

    [TestCase(0f)]
    [TestCase(-1f)]
    [TestCase(float.NaN)]
    public void RefusesScaleOfTheUser(float scale) =>
        Assert.That(() => Read([], new RopeOverrides(FrequencyScale: scale)), Throws.InstanceOf<ModelException>());

    private static RopeParameters Read(Dictionary<string, GgufValue> keys, RopeOverrides overrides = default)
    {
        using var folder = new TemporaryFolder();
        using GgufFile file = GgufFile.Open(new TinyModel { Keys = keys }.Write(folder));
        return RopeParameters.Read(new HyperParameterReader(file.Metadata, "llama"), headDim: 8, contextLength: 256, overrides);
    }
}
