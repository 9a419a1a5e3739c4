using LlamaInterop.Gguf;
using LlamaInterop.Models;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.References;

/// <summary>
/// Every tensor of every architecture left out, of another shape, and of another type: the model does without, or is refused in one line
/// that names the tensor; or, where one tensor may stand for several (q, k and v in one matrix), the first of those that are then missed.
/// </summary>
[TestFixture]
[NeedsSharedData]
internal sealed class HostileTensorTests
{
    private static IEnumerable<string> Names => SharedData.FilesOf("*.gguf", "models", "arch-gguf");

    [TestCaseSource(nameof(Names))]
    public void DoesWithoutOrNamesTheTensor(string name)
    {
        using var folder = new TemporaryFolder();
        using GgufFile file = GgufFile.Open(SharedData.PathOf("models", "arch-gguf", name + ".gguf"));
        string[] tensors = [.. file.Tensors.Select(tensor => tensor.Name).Where(tensor => !tensor.StartsWith("blk.", StringComparison.Ordinal) || tensor.StartsWith("blk.1.", StringComparison.Ordinal))];
        int refused = 0;
        foreach (string tensor in tensors)
        {
            foreach (Damage damage in Enum.GetValues<Damage>())
                refused += Computes(Write(file, folder, tensor, damage), tensor, damage) ? 0 : 1;
        }
        TestContext.Out.WriteLine($"{name}: {tensors.Length} tensors, {refused} files refused");
        Assert.That(refused, Is.GreaterThan(tensors.Length));
    }

    private enum Damage
    {
        Missing,
        Longer,
        Retyped,
    }

    private static string Write(GgufFile file, TemporaryFolder folder, string damaged, Damage damage)
    {
        var writer = new GgufWriter();
        foreach ((string key, GgufValue value) in file.Metadata)
            writer.Set(key, value);
        foreach (GgufTensorInfo tensor in file.Tensors)
        {
            long[] dimensions = tensor.Dimensions.ToArray();
            GgufTensorType type = tensor.Type;
            byte[] data = file.TensorSpan(tensor).ToArray();
            if (tensor.Name == damaged)
            {
                if (damage == Damage.Missing)
                    continue;
                dimensions[0] += damage == Damage.Longer ? 1 : 0;
                type = damage == Damage.Retyped ? GgufTensorType.I32 : type;
                data = new byte[GgufTensorTypes.ByteLength(type, dimensions.Aggregate((a, b) => a * b))];
            }
            writer.AddTensor(tensor.Name, type, dimensions, data);
        }
        string path = folder.File("damaged.gguf");
        writer.Write(path);
        return path;
    }

    private static bool Computes(string path, string tensor, Damage damage)
    {
        try
        {
            using LlamaModel model = LlamaModel.Load(path, new LlamaModelOptions { Threads = 1, BatchSize = 4, ContextSize = 16 });
            model.Evaluate([0, 1, 2, 3, 4], false, (_, _) => { });
            return true;
        }
        catch (ModelException e)
        {
            string named = damage == Damage.Missing ? "tensor " : Path.GetFileNameWithoutExtension(tensor);
            Assert.That(e.Message, Does.Not.Contain("\n").And.Contain(named), $"{tensor} {damage}");
            return false;
        }
        catch (Exception e)
        {
            throw new AssertionException($"{tensor} {damage}: {e.GetType().Name}: {e.Message}", e);
        }
    }
}
