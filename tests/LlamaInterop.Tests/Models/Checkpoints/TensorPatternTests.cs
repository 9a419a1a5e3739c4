using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Tests.Models.Checkpoints;

internal sealed class TensorPatternTests
{
    [TestCase("layers.*.mlp.up_proj.@", "layers.12.mlp.up_proj.weight", 12, -1, "weight")]
    [TestCase("layers.*.mlp.up_proj.@", "layers.0.mlp.up_proj.bias", 0, -1, "bias")]
    [TestCase("layers.*.experts.#.w1.weight", "layers.3.experts.7.w1.weight", 3, 7, "")]
    [TestCase("norm.weight", "norm.weight", -1, -1, "")]
    [TestCase("**.inv_freq", "inv_freq", -1, -1, "")]
    [TestCase("**.inv_freq", "layers.3.rotary.inv_freq", -1, -1, "")]
    [TestCase("visual.**", "visual.blocks.0.weight", -1, -1, "")]
    [TestCase("a.**.z", "a.b.c.z", -1, -1, "")]
    public void MatchesWholeNames(string pattern, string name, int layer, int expert, string kind)
    {
        Assert.That(new TensorPattern(pattern).TryMatch(name, out TensorPlace place), Is.True);
        Assert.That(place, Is.EqualTo(new TensorPlace(layer, expert, kind)));
    }

    [TestCase("layers.*.mlp.up_proj.@", "layers.1.mlp.up_proj.scales")]
    [TestCase("layers.*.mlp.up_proj.@", "layers.1.mlp.up_proj")]
    [TestCase("layers.*.mlp.up_proj.@", "layers.1.mlp.up_proj.weight.more")]
    [TestCase("layers.*.norm.weight", "layers.01.norm.weight")]
    [TestCase("layers.*.norm.weight", "layers.-1.norm.weight")]
    [TestCase("layers.*.norm.weight", "layers.+1.norm.weight")]
    [TestCase("layers.*.norm.weight", "layers. 1.norm.weight")]
    [TestCase("layers.*.norm.weight", "layers.99999999999.norm.weight")]
    [TestCase("layers.*.norm.weight", "layers..norm.weight")]
    [TestCase("norm.weight", "")]
    [TestCase("**.inv_freq", "inv_freq.more")]
    public void RefusesOtherNames(string pattern, string name) =>
        Assert.That(new TensorPattern(pattern).TryMatch(name, out _), Is.False);

    [Test]
    public void FillsAGgufName() =>
        Assert.That(new TensorPlace(4, 1, "bias").Fill("blk.*.ffn_up.@"), Is.EqualTo("blk.4.ffn_up.bias"));
}
