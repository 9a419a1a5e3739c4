using System.Reflection;
using System.Text.RegularExpressions;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Architecture;

/// <summary>Inside LlamaInterop, references go along the arrows of the design and never back.</summary>
internal sealed partial class NamespaceTests
{
    /// <summary>What each folder may use directly; what is not listed is closed to it.</summary>
    private static readonly (string Folder, string[] Uses)[] Arrows =
    [
        ("Gguf", []),
        ("Sampling", []),
        ("Tokenization", ["Gguf"]),
        ("Grammar", ["Tokenization"]),
        ("Chat", ["Tokenization"]),
        ("Compute", ["Native"]),
        ("Models", ["Gguf", "Compute"]),
        ("Inference", ["Gguf", "Sampling", "Tokenization", "Grammar", "Chat", "Compute", "Models", "Native"]),
        ("Import", ["Gguf", "Tokenization", "Models"]),
        ("Tools", ["Gguf", "Sampling", "Tokenization", "Grammar", "Chat", "Compute", "Models", "Native", "Inference", "Import"]),
    ];

    private static string Source => Path.Combine(SharedData.RepositoryRoot, "src", "LlamaInterop");

    [Test]
    public void FoldersUseOnlyWhatTheirArrowsPointAt()
    {
        string[] wrong =
        [
            .. from arrow in Arrows
               from file in FilesOf(arrow.Folder)
               from used in UsedBy(File.ReadAllText(file))
               where used != arrow.Folder && !arrow.Uses.Contains(used)
               select $"{Path.GetRelativePath(Source, file)} uses {used}",
        ];
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void EveryFolderHasItsArrows() =>
        Assert.That(Directory.GetDirectories(Source).Select(Path.GetFileName).Except(["bin", "obj"]), Is.SubsetOf(Arrows.Select(arrow => arrow.Folder)));

    [Test]
    public void NamespacesAreTheFolders()
    {
        foreach ((string folder, _) in Arrows)
        {
            foreach (string text in FilesOf(folder).Select(File.ReadAllText))
                Assert.That(text, Does.Not.Contain("\nnamespace ").Or.Match($@"\nnamespace LlamaInterop\.{folder}[.;]"));
        }
    }

    /// <summary>The kernels' enums are known to all files by the names that Compute gives them (global using), so types are asked, not texts.</summary>
    [Test]
    public void NativeTypesStayBelowInference()
    {
        Assembly native = typeof(NativeException).Assembly;
        string[] wrong =
        [
            .. from type in typeof(LlamaModel).Assembly.GetTypes()
               let folder = type.Namespace?.Split('.').ElementAtOrDefault(1)
               where folder is not null and not ("Compute" or "Models" or "Inference" or "Tools")
               where TypesIn(type).Any(used => used.Assembly == native)
               select type.FullName,
        ];
        Assert.That(wrong, Is.Empty);
        Assert.That(TypesIn(typeof(LlamaInterop.Compute.Graph)).Any(used => used.Assembly == native), Is.True, "they are seen where they are");
    }

    [TestCase("using LlamaInterop.Gguf;", "Gguf")]
    [TestCase("x = Sampling.LogProbabilities.Top(a);", "Sampling")]
    [TestCase("LlamaInterop.Models.Blocks.Norm n;", "Models")]
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
            .Where(name => name == "Native" || Arrows.Any(arrow => arrow.Folder == name));
        return qualified.Distinct();
    }

    /// <summary>The types of a type's fields, parameters, results and local variables.</summary>
    private static IEnumerable<Type> TypesIn(Type type)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        IEnumerable<MethodBase> methods = [.. type.GetMethods(All), .. type.GetConstructors(All)];
        return type.GetFields(All).Select(field => field.FieldType)
            .Concat(type.GetMethods(All).Select(method => method.ReturnType))
            .Concat(methods.SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType))
            .Concat(methods.SelectMany(method => method.GetMethodBody()?.LocalVariables ?? []).Select(local => local.LocalType));
    }

    /// <summary>A namespace at the beginning of a name: <c>LlamaInterop.Gguf</c>, or <c>Gguf.GgufFile</c> as files inside LlamaInterop may write.</summary>
    [GeneratedRegex(@"(?<![\w.])(LlamaInterop\.(?<folder>[A-Z]\w*)|(?<folder>[A-Z]\w*)\.[A-Z])")]
    private static partial Regex Reference();

    [GeneratedRegex(@"//[^\n]*|""([^""\\\n]|\\.)*""")]
    private static partial Regex CommentOrText();
}
