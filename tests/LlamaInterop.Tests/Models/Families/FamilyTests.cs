using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Models.Families;

/// <summary>Architectures that no reference file shows: the engine's logits on random tiny models against <see cref="NaiveFamily"/>.</summary>
[TestFixture]
internal sealed class FamilyTests
{
    private const int Tokens = 41;
    private static readonly LlamaModelOptions Options = new() { Threads = 2, ContextSize = 64, BatchSize = 16 };

    private static IEnumerable<TinyFamily> Families => [.. FamilyDefinitions.All, .. RecurrentDefinitions.All, .. Gemma4Definition.All];

    /// <summary>A prompt of three steps, so that the later ones go on from what the earlier ones left.</summary>
    [TestCaseSource(nameof(Families))]
    public void AgreesWithItsDefinition(TinyFamily family)
    {
        using var folder = new TemporaryFolder();
        string path = family.Write(folder);
        int[] tokens = TinyVocabulary.RandomTokens(new Random(3), Tokens);
        double[][] truth = Truth(family, path, tokens);
        using LlamaModel model = LlamaModel.Load(path, Options);
        var found = new List<float[]>();
        model.Evaluate(tokens, true, (logits, _) => found.Add(logits.ToArray()));
        double nmse = ErrorMeasure.Nmse([.. found], truth);
        TestContext.Out.WriteLine($"{family}: NMSE {nmse:E2}");
        Assert.That(nmse, Is.LessThan(1e-10));
    }

    private static double[][] Truth(TinyFamily family, string path, int[] tokens)
    {
        using GgufFile file = GgufFile.Open(path);
        return new NaiveFamily(family, file).Logits(tokens);
    }
}
