using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Quantization;

internal sealed class QuantizeTypeTests
{
    private const string Wanted = "F32 F16 BF16 Q8_0 Q4_0 Q4_1 Q5_0 Q5_1 Q2_K Q2_K_S Q3_K_S Q3_K_M Q3_K_L Q4_K_S Q4_K_M Q5_K_S Q5_K_M Q6_K "
        + "IQ4_NL IQ4_XS IQ3_S IQ3_XXS IQ2_S IQ2_XS IQ2_XXS IQ1_S IQ1_M TQ1_0 TQ2_0 MXFP4 MXFP4_MOE COPY";

    [Test]
    public void KnowsEveryNameInAnyCase()
    {
        foreach (string name in Wanted.Split(' '))
        {
            Assert.That(QuantizeType.Parse(name).Name, Is.EqualTo(name));
            Assert.That(QuantizeType.Parse(name.ToLowerInvariant()), Is.SameAs(QuantizeType.Parse(name)));
        }
    }

    [TestCase("Q3_K", "Q3_K_M")]
    [TestCase("q4_k", "Q4_K_M")]
    [TestCase("Q5_k", "Q5_K_M")]
    [TestCase("0", "F32")]
    [TestCase("7", "Q8_0")]
    [TestCase("15", "Q4_K_M")]
    [TestCase("38", "MXFP4_MOE")]
    public void KnowsAliasesAndNumbers(string text, string name) => Assert.That(QuantizeType.Parse(text).Name, Is.EqualTo(name));

    [TestCase("")]
    [TestCase("Q4_K_X")]
    [TestCase("-1")]
    [TestCase("4")]
    [TestCase("7.0")]
    [TestCase("99999999999")]
    public void RefusesOthersWithTheList(string text)
    {
        Assert.That(QuantizeType.TryParse(text, out _), Is.False);
        Assert.That(() => QuantizeType.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains($"'{text}'").And.Message.Contains("Q4_K_M, Q5_K_S"));
    }

    [Test]
    public void StatesNumbersAndBits()
    {
        Assert.That(QuantizeType.All.Select(type => type.Name), Is.Unique);
        Assert.That(QuantizeType.Parse("iq2_s"), Has.Property("FileType").EqualTo(28).And.Property("TensorType").EqualTo(GgufTensorType.IQ2_XS));
        Assert.That(QuantizeType.Parse("q4_k_m").Bits, Is.EqualTo(4.5));
        Assert.That(QuantizeType.Parse("bf16").Bits, Is.EqualTo(16));
    }
}
