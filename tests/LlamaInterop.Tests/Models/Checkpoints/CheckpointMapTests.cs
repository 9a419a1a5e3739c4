using LlamaInterop.Models;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Tests.Models.Checkpoints;

internal sealed class CheckpointMapTests
{
    private static readonly CheckpointMap Map = new(new HyperParameterWriter("test"),
    [
        new("embed.weight", "token_embd.weight"),
        new("copy.weight", "token_embd.weight") { IsSpare = true },
        new("layers.*.up.@", "blk.*.ffn_up.@", TensorChange.AddOne),
        new("layers.*.both.weight", "blk.*.ffn_gate.weight", TensorChange.Rows(0, 2)),
        new("layers.*.both.weight", "blk.*.ffn_down.weight", TensorChange.Rows(2, 2)),
        new("layers.*.experts.#.weight", "blk.*.ffn_up_exps.weight"),
        TensorRule.Join("blk.*.attn_qkv.weight", new TensorPart("layers.*.q.weight"), new TensorPart("layers.*.k.weight", TensorChange.Transpose)),
    ])
    {
        Dropped = ["mask.**"],
    };

    [Test]
    public void OrdersTheModelsTensorsFirstAndThenTheLayers() => Assert.That(
        NamesOf("model.layers.10.up.weight", "model.layers.2.up.bias", "model.layers.2.up.weight", "model.embed.weight"),
        Is.EqualTo(new[] { "token_embd.weight", "blk.2.ffn_up.bias", "blk.2.ffn_up.weight", "blk.10.ffn_up.weight" }));

    [Test]
    public void MakesSeveralOfOne() =>
        Assert.That(NamesOf("layers.0.both.weight"), Is.EqualTo(new[] { "blk.0.ffn_gate.weight", "blk.0.ffn_down.weight" }));

    [Test]
    public void StacksExpertsByTheirNumbers()
    {
        string[] names = [.. Enumerable.Range(0, 12).Reverse().Select(i => $"layers.0.experts.{i}.weight")];
        PlannedPart part = Resolve(names).Single().Parts.Single();
        Assert.That(part.IsStacked, Is.True);
        Assert.That(part.Sources, Is.EqualTo(names.Reverse()));
    }

    [Test]
    public void StacksEvenOneExpert() => Assert.That(Resolve("layers.0.experts.0.weight").Single().Parts.Single().IsStacked, Is.True);

    [Test]
    public void JoinsPartsInTheRowsOrder()
    {
        PlannedTensor tensor = Resolve("layers.0.k.weight", "layers.0.q.weight").Single();
        Assert.That(tensor.Parts.Select(part => part.Sources.Single()), Is.EqualTo(new[] { "layers.0.q.weight", "layers.0.k.weight" }));
        Assert.That(tensor.Parts[1].Changes, Is.EqualTo(new[] { TensorChange.Transpose }));
    }

    [TestCase("model.language_model.embed.weight")]
    [TestCase("language_model.model.embed.weight")]
    [TestCase("model.embed.weight")]
    [TestCase("embed.weight")]
    public void TakesPrefixesOff(string name) => Assert.That(NamesOf(name), Is.EqualTo(new[] { "token_embd.weight" }));

    [Test]
    public void LeavesOutWhatIsDropped() =>
        Assert.That(NamesOf("mask.bits", "layers.0.attn.rotary_emb.inv_freq", "embed.weight"), Is.EqualTo(new[] { "token_embd.weight" }));

    [Test]
    public void TakesASpareNameWhereTheFirstIsMissing()
    {
        Assert.That(Resolve("copy.weight", "embed.weight").Single().Parts[0].Sources, Is.EqualTo(new[] { "embed.weight" }));
        Assert.That(Resolve("copy.weight").Single().Parts[0].Sources, Is.EqualTo(new[] { "copy.weight" }));
    }

    [TestCase("layers.0.unheard_of.weight", "tensor layers.0.unheard_of.weight is none that test has", new[] { "layers.0.unheard_of.weight" })]
    [TestCase("a gap", "layers.0.experts.2.weight is there, but only 2 experts are", new[] { "layers.0.experts.0.weight", "layers.0.experts.2.weight" })]
    [TestCase("no key", "blk.0.attn_qkv.weight cannot be made: layers.0.k.weight is missing", new[] { "layers.0.q.weight" })]
    [TestCase("twice", "model.embed.weight and embed.weight are the same tensor", new[] { "model.embed.weight", "embed.weight" })]
    public void RefusesWhatDoesNotFit(string what, string reason, string[] names) =>
        Assert.That(() => Resolve(names), Throws.InstanceOf<ModelException>().With.Message.EqualTo($"a.bin: {reason}"), what);

    [Test]
    public void RefusesTwoTensorsForOneName()
    {
        CheckpointMap map = Map with { Tensors = [new("a.weight", "output.weight"), new("b.weight", "output.weight")] };
        Assert.That(() => map.Resolve("a.bin", ["a.weight", "b.weight"]), Throws.InstanceOf<ModelException>().With.Message.EqualTo("a.bin: a.weight and b.weight both make output.weight"));
    }

    [TestCase(new[] { 0, 2 }, "has no tensors of layer 1, but the configuration states 3 layers")]
    [TestCase(new[] { 0, 1 }, "has no tensors of layer 2, but the configuration states 3 layers")]
    [TestCase(new[] { 0, 1, 2, 3 }, "has tensors of layer 3, but the configuration states 3 layers")]
    public void RefusesAnotherNumberOfLayers(int[] layers, string reason)
    {
        var keys = new HyperParameterWriter("test");
        keys.Set("block_count", 3);
        CheckpointMap map = Map with { Keys = keys };
        Assert.That(() => map.Resolve("a.bin", layers.Select(layer => $"layers.{layer}.up.weight")), Throws.InstanceOf<ModelException>().With.Message.EqualTo($"a.bin: {reason}"));
    }

    private static string[] NamesOf(params string[] names) => [.. Resolve(names).Select(tensor => tensor.Name)];

    private static IReadOnlyList<PlannedTensor> Resolve(params string[] names) => Map.Resolve("a.bin", names);
}
