using System.Text;
using LlamaInterop.Models;

namespace LlamaInterop.Tests.Architecture;

/// <summary>
/// README's list of models is the registry's. With <c>LLAMAINTEROP_UPDATE=1</c> in the environment the list is written; otherwise it is
/// compared.
/// </summary>
internal sealed class ReadmeTests
{
    private const string Begin = "<!-- models: written by ReadmeTests with LLAMAINTEROP_UPDATE=1 -->\n";
    private const string End = "<!-- end of models -->\n";

    private static readonly string ReadmePath = Path.Combine(SharedData.RepositoryRoot, "README.md");

    [Test]
    public void ListsTheModelsOfTheRegistry()
    {
        string text = File.ReadAllText(ReadmePath).ReplaceLineEndings("\n");
        int start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, end = text.IndexOf(End, StringComparison.Ordinal);
        Assert.That(start >= Begin.Length && end >= start, "README.md has the marks of the list");
        if (Environment.GetEnvironmentVariable("LLAMAINTEROP_UPDATE") == "1")
            File.WriteAllText(ReadmePath, text = text[..start] + List() + text[end..]);
        end = text.IndexOf(End, StringComparison.Ordinal);
        Assert.That(text[start..end], Is.EqualTo(List()), "run the tests once with LLAMAINTEROP_UPDATE=1");
    }

    [Test]
    public void ArchitecturesAreDistinct() => Assert.That(ModelRegistry.Known.Select(row => row.Architecture), Is.Unique);

    private static string List()
    {
        var list = new StringBuilder("| models | `general.architecture` |\n|---|---|\n");
        foreach ((string architecture, string knownAs) in ModelRegistry.Known)
            list.Append("| ").Append(knownAs).Append(" | `").Append(architecture).Append("` |\n");
        return list.ToString();
    }
}
