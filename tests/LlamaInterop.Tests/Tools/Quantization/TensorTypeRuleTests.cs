using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Quantization;

internal sealed class TensorTypeRuleTests
{
    [TestCase("attn_v=q6_k", "blk.3.attn_v.weight", true)]
    [TestCase("ATTN_V=Q6_K", "blk.3.attn_v.weight", true)]
    [TestCase(@"blk\.(1|2)\.=q6_k", "blk.12.attn_v.weight", false)]
    [TestCase(@"blk\.(1|2)\.=q6_k", "blk.2.attn_v.weight", true)]
    [TestCase("^ffn=q6_k", "blk.2.ffn_up.weight", false)]
    public void IsFoundAnywhereInTheName(string text, string name, bool isFound)
    {
        TensorTypeRule rule = TensorTypeRule.Parse(text);
        Assert.That((rule.Matches(name), rule.Type), Is.EqualTo((isFound, GgufTensorType.Q6_K)));
    }

    [Test]
    public void AFileHoldsSeveral() =>
        Assert.That(TensorTypeRule.ParseMany("attn_v=q6_k\r\n\n ffn_up=q8_0\tffn_down=f16\n").Select(rule => rule.Type), Is.EqualTo(new[] { GgufTensorType.Q6_K, GgufTensorType.Q8_0, GgufTensorType.F16 }));

    [TestCase("attn_v", "is not of the form REGEX=TYPE")]
    [TestCase("=q6_k", "is not of the form REGEX=TYPE")]
    [TestCase("attn_v=", "is not of the form REGEX=TYPE")]
    [TestCase("attn_v=q9", "there is no element type 'q9'")]
    [TestCase("attn_(v=q6_k", "'attn_(v=q6_k': ")]
    public void RefusesInOneLine(string text, string reason) =>
        Assert.That(() => TensorTypeRule.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains(reason).And.Message.Not.Contains("\n"));

    [Test]
    public void APatternThatNeverEndsIsAnError()
    {
        TensorTypeRule rule = TensorTypeRule.Parse("(a+)+$=q6_k");
        Assert.That(() => rule.Matches(new string('a', 40) + "b"), Throws.TypeOf<QuantizeException>().With.Message.Contains("takes too long"));
    }
}
