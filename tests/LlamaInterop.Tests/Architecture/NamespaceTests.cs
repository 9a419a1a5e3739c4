using System.Text.RegularExpressions;

namespace LlamaInterop.Tests.Architecture;

/// <summary>Inside LlamaInterop, references go along the arrows of the design and never back.</summary>
internal sealed partial class NamespaceTests
{
    /// <summary>What each folder may use directly; what is not listed is closed to it.</summary>
    private static readonly (string Folder, string[] Uses)[] s_arrows =
    [
        ("Gguf", []),
        ("Sampling", []),
        ("Tokenization", ["Gguf"]),
        ("Grammar", ["Tokenization"]),
        ("Chat", ["Tokenization"]),
        ("Compute", ["Native"]),
        ("Models", ["Gguf", "Compute"]),
        ("Inference", ["Gguf", "Sampling", "Tokenization", "Grammar", "Chat", "Compute", "Models", "Native"]),
        ("Import", ["Gguf", "Models"]),
        ("Tools", ["Gguf", "Sampling", "Tokenization", "Grammar", "Chat", "Compute", "Models", "Native", "Inference", "Import"]),
    ];

    /// <summary>Names that Compute gives to all files (global using); they are its own.</summary>
    private static readonly string[] s_namesOfCompute = ["ElementType", "GluKind", "Live", "Opcode", "RopeMode"];

    private static string Source => Path.Combine(SharedData.RepositoryRoot, "src", "LlamaInterop");

    [Test]
    public void FoldersUseOnlyWhatTheirArrowsPointAt()
    {
        string[] wrong =
        [
            .. from arrow in s_arrows
               from file in FilesOf(arrow.Folder)
               from used in UsedBy(File.ReadAllText(file))
               where used != arrow.Folder && !arrow.Uses.Contains(used)
               select $"{Path.GetRelativePath(Source, file)} uses {used}",
        ];
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void EveryFolderHasItsArrows() =>
        Assert.That(Directory.GetDirectories(Source).Select(Path.GetFileName).Except(["bin", "obj"]), Is.SubsetOf(s_arrows.Select(arrow => arrow.Folder)));

    [Test]
    public void NamespacesAreTheFolders()
    {
        foreach (string file in s_arrows.SelectMany(arrow => FilesOf(arrow.Folder)))
        {
            string expected = "LlamaInterop." + Path.GetRelativePath(Source, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            string text = File.ReadAllText(file);
            Assert.That(!text.Contains("namespace ") || text.Contains($"namespace {expected};"), Is.True, $"{file} is not in {expected}");
        }
    }

    [TestCase("using LlamaInterop.Gguf;", "Gguf")]
    [TestCase("x = Sampling.LogProbabilities.Top(a);", "Sampling")]
    [TestCase("LlamaInterop.Models.Blocks.Norm n;", "Models")]
    [TestCase("ElementType type;", "Compute")]
    [TestCase("// Models.Llama is named in a comment\nint y;", null)]
    [TestCase("\"Models.Llama in a text\"", null)]
    [TestCase("parameters.Models.Count", null)]
    public void ReferencesAreSeen(string code, string? used) => Assert.That(UsedBy(code), Is.EqualTo(used is null ? [] : new[] { used }));

    private static IEnumerable<string> FilesOf(string folder)
    {
        string path = Path.Combine(Source, folder);
        return Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories) : [];
    }

    private static IEnumerable<string> UsedBy(string code)
    {
        string bare = CommentOrText().Replace(code, "");
        IEnumerable<string> qualified = Reference().Matches(bare).Select(match => match.Groups["folder"].Value)
            .Where(name => name == "Native" || s_arrows.Any(arrow => arrow.Folder == name));
        bool namesCompute = s_namesOfCompute.Any(name => Regex.IsMatch(bare, $@"(?<![\w.]){name}\b[?\[\]>]* \w+|(?<![\w.]){name}\."));
        return qualified.Concat(namesCompute ? ["Compute"] : []).Distinct();
    }

    /// <summary>A namespace at the beginning of a name: <c>LlamaInterop.Gguf</c>, or <c>Gguf.GgufFile</c> as files inside LlamaInterop may write.</summary>
    [GeneratedRegex(@"(?<![\w.])(LlamaInterop\.(?<folder>[A-Z]\w*)|(?<folder>[A-Z]\w*)\.[A-Z])")]
    private static partial Regex Reference();

    [GeneratedRegex(@"//[^\n]*|""([^""\\\n]|\\.)*""")]
    private static partial Regex CommentOrText();
}
