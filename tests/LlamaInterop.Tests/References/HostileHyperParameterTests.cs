using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.References;

/// <summary>Every hyper-parameter of every file of <c>models/arch-gguf</c> set to hostile values.</summary>
[TestFixture]
[NeedsSharedData]
internal sealed class HostileHyperParameterTests
{
    private static readonly string[] Names = SharedData.FilesOf("*.gguf", "models", "arch-gguf");

    [TestCaseSource(nameof(Names))]
    public void WorksOrIsRefusedByName(string name) =>
        Assert.That(HostileHyperParameters.Failures(SharedData.PathOf("models", "arch-gguf", name + ".gguf"), ReferenceStep.Of(name)), Is.Empty);
}
