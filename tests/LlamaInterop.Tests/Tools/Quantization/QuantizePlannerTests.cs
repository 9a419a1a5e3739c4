using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Quantization;

internal sealed class QuantizePlannerTests
{
    private static readonly QuantizeShape Dense = new("llama", 4, 8, 8);

    private static QuantizeOptions To(string type) => new() { Type = QuantizeType.Parse(type) };

    private static GgufTensorType TypeOf(QuantizePlan plan, string name) => plan.Tensors.Single(tensor => tensor.Name == name).Type;

    [Test]
    public void OrdersByLayerThenName()
    {
        string[] names = [.. new QuantizeShape("llama", 11, 8, 8).Plan("q8_0").Tensors.Select(tensor => tensor.Name)];
        Assert.That(names.Take(4), Is.EqualTo(new[] { "output.weight", "output_norm.weight", "token_embd.weight", "blk.0.attn_k.weight" }));
        Assert.That(names[^1], Is.EqualTo("blk.10.ffn_up.weight"));
    }

    [TestCase("output_norm.weight", 256, 256)]
    [TestCase("blk.0.attn_q.bias", 256, 256)]
    [TestCase("blk.0.attn_q.weight", 256, 1)]
    [TestCase("blk.0.ffn_gate_inp.weight", 256, 8)]
    [TestCase("position_embd.weight", 256, 512)]
    [TestCase("token_types.weight", 256, 2)]
    [TestCase("blk.0.ssm_conv1d.weight", 256, 4)]
    [TestCase("blk.0.time_mix_w1.weight", 256, 256)]
    [TestCase("v.patch_embd.weight", 256, 256)]
    public void KeepsWhatIsSmallOrDelicate(string name, long width, long rows) => Assert.That(KeptTensors.Holds(name, [width, rows]));

    [TestCase("blk.0.attn_q.weight")]
    [TestCase("token_embd.weight")]
    [TestCase("output.weight")]
    [TestCase("blk.0.ffn_gate_shexp.weight")]
    public void KeepsNoOthers(string name) => Assert.That(KeptTensors.Holds(name, [256, 256]), Is.False);

    [Test]
    public void PureGivesOneType()
    {
        QuantizePlan plan = Dense.Plan(To("q4_k_m") with { Pure = true });
        Assert.That(plan.Tensors.Where(tensor => !tensor.IsCopy).Select(tensor => tensor.Type), Is.All.EqualTo(GgufTensorType.Q4_K));
        Assert.That(plan.Tensors.Count(tensor => tensor.IsCopy), Is.EqualTo(5), "norms");
    }

    [Test]
    public void TypesThatWereAskedForWin()
    {
        QuantizePlan plan = Dense.Plan(To("q4_k_m") with
        {
            OutputTensorType = GgufTensorType.Q8_0,
            TokenEmbeddingType = GgufTensorType.BF16,
            TensorTypes = [TensorTypeRule.Parse("attn_v=q5_0"), TensorTypeRule.Parse("attn=q5_1"), TensorTypeRule.Parse("output=f32")],
        });
        Assert.That(TypeOf(plan, "output.weight"), Is.EqualTo(GgufTensorType.Q8_0), "before rules");
        Assert.That(TypeOf(plan, "token_embd.weight"), Is.EqualTo(GgufTensorType.BF16));
        Assert.That(TypeOf(plan, "blk.1.attn_v.weight"), Is.EqualTo(GgufTensorType.Q5_0), "the first rule that matches");
        Assert.That(TypeOf(plan, "blk.1.attn_output.weight"), Is.EqualTo(GgufTensorType.Q5_1));
        Assert.That(TypeOf(plan, "blk.1.ffn_up.weight"), Is.EqualTo(GgufTensorType.Q4_K));
    }

    [Test]
    public void RulesDoNotCountForFloatTypes() =>
        Assert.That(TypeOf(Dense.Plan(To("bf16") with { TensorTypes = [TensorTypeRule.Parse("attn_v=q5_0")] }), "blk.0.attn_v.weight"), Is.EqualTo(GgufTensorType.BF16));

    [Test]
    public void LeavesTheOutputTensor() =>
        Assert.That(TypeOf(Dense.Plan(To("q4_k_m") with { LeaveOutputTensor = true }), "output.weight"), Is.EqualTo(GgufTensorType.F16));

    [Test]
    public void CopyChangesNothing() =>
        Assert.That((Dense with { Type = GgufTensorType.Q8_0 }).Plan("copy").Tensors.Select(tensor => tensor.IsCopy), Is.All.True);

    [Test]
    public void TotalsAddUp()
    {
        QuantizePlan plan = Dense.Plan("q4_k_m");
        Assert.That(plan.Totals.Sum(total => total.Tensors), Is.EqualTo(plan.Tensors.Count));
        Assert.That(plan.Totals.Sum(total => total.Bytes), Is.EqualTo(plan.OutputBytes));
        Assert.That(plan.Totals.Select(total => total.Bytes), Is.Ordered.Descending);
        Assert.That(plan.Totals.Single(total => total.Type == GgufTensorType.Q6_K).BitsPerWeight, Is.EqualTo(6.5625));
        Assert.That(plan.InputBytes, Is.EqualTo(plan.Elements * 2));
        Assert.That(plan.BitsPerWeight, Is.EqualTo(plan.OutputBytes * 8.0 / plan.Elements));
    }

    [Test]
    public void WarnsOfTypesThatDidNotFit()
    {
        QuantizePlan plan = (Dense with { Width = 320 }).Plan("q4_k_s");
        Assert.That(plan.Tensors.Count(tensor => tensor.IsFallback), Is.GreaterThan(20));
        Assert.That(plan.Warnings, Has.Some.Match("^[0-9]+ tensors with rows of 320 become Q5_0, "));
        Assert.That(plan.Warnings, Has.Some.Match("^[0-9]+ tensors with rows of 320 become Q5_1, "));
    }

    [Test]
    public void MarksWhatLacksImportance()
    {
        QuantizePlan plan = Dense.Plan("iq2_xs");
        Assert.That(plan.Tensors.Where(tensor => tensor.LacksImportance).Select(tensor => tensor.Name), Has.Member("blk.0.attn_q.weight").And.No.Member("token_embd.weight"));
        Assert.That(Dense.Plan("q2_k").Tensors.Any(tensor => tensor.LacksImportance), Is.False);
        Assert.That(Dense.Plan("q2_k_s").Tensors.Any(tensor => tensor.LacksImportance), "as llama-quantize demands it");
    }

    [Test]
    public void PrunesLayersAndMovesOthersUp()
    {
        QuantizePlan plan = Dense.Plan(To("q8_0") with { PruneLayers = [2, 0] });
        Assert.That(plan.Tensors.Where(tensor => tensor.Name.EndsWith("attn_q.weight")).Select(tensor => (tensor.Source.Name, tensor.Name)),
            Is.EqualTo(new[] { ("blk.1.attn_q.weight", "blk.0.attn_q.weight"), ("blk.3.attn_q.weight", "blk.1.attn_q.weight") }));
    }

    [TestCase(4, "layer 4 cannot be pruned")]
    [TestCase(-1, "layer -1 cannot be pruned")]
    public void RefusesToPruneWhatIsNotThere(int layer, string reason) =>
        Assert.That(() => Dense.Plan(To("q8_0") with { PruneLayers = [layer] }), Throws.TypeOf<QuantizeException>().With.Message.StartsWith(reason));

    [Test]
    public void RefusesToPruneEverything() =>
        Assert.That(() => Dense.Plan(To("q8_0") with { PruneLayers = [0, 1, 2, 3] }), Throws.TypeOf<QuantizeException>().With.Message.Contains("all 4 layers"));

    [Test]
    public void RefusesToQuantizeAgainUnlessAllowed()
    {
        QuantizeShape quantized = Dense with { Type = GgufTensorType.Q8_0 };
        Assert.That(() => quantized.Plan("q4_0"), Throws.TypeOf<QuantizeException>().With.Message.Contains("'output.weight' is Q8_0 already"));
        Assert.That(quantized.Plan(To("q4_0") with { AllowRequantize = true }).OutputBytes, Is.LessThan(quantized.Plan("q8_0").OutputBytes));
    }

    [Test]
    public void RefusesRowsThatNoTypeFits()
    {
        QuantizeShape odd = Dense with { Width = 40 };
        Assert.That(() => odd.Plan("q8_0"), Throws.TypeOf<QuantizeException>().With.Message.Contains("rows of 40, which are not whole Q8_0 blocks of 32: give it another type by --tensor-type"));
        Assert.That(() => odd.Plan(To("f16") with { OutputTensorType = GgufTensorType.Q4_0 }), Throws.TypeOf<QuantizeException>().With.Message.EndsWith("Q4_0 blocks of 32"));
    }

    [Test]
    public void RefusesIntegers() =>
        Assert.That(() => (Dense with { Type = GgufTensorType.I32 }).Plan("q8_0"), Throws.TypeOf<QuantizeException>().With.Message.Contains("is I32, which cannot be converted"));
}
