using System.Globalization;
using System.Text.RegularExpressions;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools;

/// <summary>Perplexities of the shared files against those that llama.cpp gives (<c>reference/perplexity.tsv</c>).</summary>
[NeedsSharedData]
internal sealed partial class PerplexityReferenceTests
{
    private static readonly string[] Exact = ["F32", "F16", "BF16", "Q8_0"];

    private static IEnumerable<TestCaseData> Rows()
    {
        if (!SharedData.Exists)
            yield break;
        foreach (string line in File.ReadLines(SharedData.PathOf("reference", "perplexity.tsv")))
        {
            Match row = Row().Match(line);
            double expected = double.Parse(row.Groups["ppl"].Value, CultureInfo.InvariantCulture);
            yield return new TestCaseData(row.Groups["name"].Value, expected).SetArgDisplayNames(row.Groups["name"].Value);
        }
    }

    [TestCaseSource(nameof(Rows))]
    public void PerplexityIsLlamaCpps(string name, double expected)
    {
        bool isReal = name.StartsWith("smollm2", StringComparison.Ordinal);
        if (isReal && Environment.GetEnvironmentVariable("LLAMAINTEROP_FULL") != "1")
            Assert.Ignore("takes minutes: LLAMAINTEROP_FULL=1");
        string text = SharedData.PathOf("text", isReal ? "wiki.test.raw" : "tinystories-300k.txt");
        var options = new PerplexityOptions { ContextSize = isReal ? 512 : 256, MaxChunks = isReal ? 20 : 40 };
        using LlamaModel model = LlamaModel.Load(PathOf(name), Perplexity.Prepare(new LlamaModelOptions { Threads = 2 }, options));
        PerplexityResult result = Perplexity.Measure(model, File.ReadAllText(text).TrimEnd('\n'), options);
        double share = Math.Abs(result.Perplexity - expected) / expected, allowed = IsExact(name, model) ? 0.001 : 0.005;
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {result.Perplexity:F4} +/- {result.Error:F5}, expected {expected:F4}, off by {share:P3} of {allowed:P1}"));
        Assert.That(result.Chunks, Is.EqualTo(options.MaxChunks));
        Assert.That(share, Is.LessThan(allowed));
    }

    private static bool IsExact(string name, LlamaModel model) =>
        Exact.Any(type => name.EndsWith(type, StringComparison.OrdinalIgnoreCase)) || model.Metadata.GetInt32OrDefault("general.file_type", 0) <= 1;

    private static string PathOf(string name)
    {
        string[] candidates =
        [
            SharedData.PathOf("models", "babyllama", "quants", name + ".gguf"), SharedData.PathOf("models", "babyllama", name + ".gguf"),
            SharedData.PathOf("models", "stories260K", name + ".gguf"), SharedData.PathOf("models", "demo", name + ".gguf"),
            SharedData.PathOf("models", "smollm2", name + ".gguf"),
        ];
        return candidates.First(File.Exists);
    }

    [GeneratedRegex(@"^(?<name>\S+)[^\t]*\t\d+\tPPL = (?<ppl>\S+) \+/- \S+$")]
    private static partial Regex Row();
}
