using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Quantization;

[TestFixture]
internal sealed class LayerNameTests
{
    [TestCase("blk.7.ffn_up.weight", 7, 7)]
    [TestCase("blk.123.attn_q.weight", 123, 123)]
    [TestCase("enc.blk.4.ffn_up.weight", null, 4)]
    [TestCase("blk.blk.5.x", null, 5)]
    [TestCase("blk.x.blk.6.y", null, 6)]
    [TestCase("blk.7", null, null)]
    [TestCase("blk..weight", null, null)]
    [TestCase("blk.", null, null)]
    [TestCase("", null, null)]
    [TestCase("output.weight", null, null)]
    [TestCase("BLK.1.weight", null, null)]
    [TestCase("blk.99999999999.weight", null, null)]
    public void ReadsTheLayer(string name, int? atStart, int? anywhere)
    {
        Assert.That(LayerName.Of(name), Is.EqualTo(atStart));
        Assert.That(LayerName.In(name), Is.EqualTo(anywhere));
    }

    [TestCase("blk.7.ffn_up.weight", "blk.12.ffn_up.weight")]
    [TestCase("enc.blk.4.blk.5.weight", "enc.blk.12.blk.5.weight")]
    [TestCase("blk.x.blk.6.y", "blk.x.blk.12.y")]
    [TestCase("output.weight", "output.weight")]
    public void ReplacesTheFirstLayer(string name, string expected) => Assert.That(LayerName.Replace(name, 12), Is.EqualTo(expected));
}
