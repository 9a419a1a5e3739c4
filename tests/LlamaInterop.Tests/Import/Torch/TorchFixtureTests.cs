using LlamaInterop.Import;
using LlamaInterop.Import.Torch;

namespace LlamaInterop.Tests.Import.Torch;

/// <summary>Checkpoints that torch itself wrote.</summary>
[NeedsSharedData]
internal sealed class TorchFixtureTests
{
    [TestCase("meta-pth", "demo_rand_params.pth", "tok_embeddings.weight", 512, 64)]
    [TestCase("torch-pt", "ckpt.pt", "tok_embeddings.weight", 512, 64)]
    [TestCase("arch", "tiny_gpt2.bin", "wte.weight", 11, 8)]
    public void TensorsHaveTheirShapes(string folder, string file, string name, int rows, int columns)
    {
        using var checkpoint = TorchCheckpoint.Open(SharedData.PathOf("models", folder, file));
        Assert.That(checkpoint.TryGet(name, out var tensor), Is.True, string.Join(' ', checkpoint.Tensors.Select(found => found.Name)));
        Assert.That(tensor!.Shape, Is.EqualTo(new long[] { rows, columns }));
        Assert.That(tensor.Type, Is.EqualTo(SourceType.F32));
    }
}
