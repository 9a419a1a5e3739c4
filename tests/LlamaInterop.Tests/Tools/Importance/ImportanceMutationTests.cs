using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Import;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Importance;

/// <summary>Damaged importance matrices of both formats: each loads, or is refused by a named check.</summary>
internal sealed class ImportanceMutationTests
{
    private const int Seed = 20_26_13;

    [TestCase(ImportanceFormat.Gguf)]
    [TestCase(ImportanceFormat.Dat)]
    public void EveryMutantLoadsOrIsRefused(ImportanceFormat format)
    {
        using var folder = new TemporaryFolder();
        ImportanceSamples.Matrix().Save(folder.File("whole"), format);
        byte[] whole = File.ReadAllBytes(folder.File("whole"));
        var outcomes = MutationRun.Run(Seed + (int)format, "mutant.imatrix", random => MutationRun.Damage(whole, random), Read);
        string[] expected = format == ImportanceFormat.Gguf
            ? ["opened", "Gguf Missing", "Gguf ValueRange", "Gguf Truncated", "Gguf TensorBounds"]
            : ["opened", "Gguf Truncated", "Gguf ArrayLength", "Gguf StringLength", "Gguf ValueRange"];
        Assert.That(expected, Is.SubsetOf(outcomes.Keys));
    }

    private static void Read(string path)
    {
        var matrix = ImportanceMatrix.Load(path);
        foreach (string name in matrix.Names)
            _ = matrix.Of(name).Length + matrix.RowsOf(name).Length;
        _ = ImportanceStatistics.Of(matrix);
    }
}
