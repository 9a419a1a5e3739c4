using System.Globalization;
using System.Text.RegularExpressions;
using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools;

/// <summary>Perplexities of the shared files against those that llama.cpp gives (<c>reference/perplexity.tsv</c>).</summary>
[NeedsSharedData]
internal sealed partial class PerplexityReferenceTests
{
    private static IEnumerable<TestCaseData> Rows()
    {
        if (!SharedData.Exists)
            yield break;
        foreach (string line in File.ReadLines(SharedData.PathOf("reference", "perplexity.tsv")))
        {
            Match row = Row().Match(line);
            string name = row.Groups["name"].Value;
            if (!File.Exists(PathOf(name)))
                continue; // BF16 is a figure without its file
            double expected = double.Parse(row.Groups["ppl"].Value, CultureInfo.InvariantCulture);
            yield return new TestCaseData(name, expected).SetArgDisplayNames(name);
        }
    }

    [TestCaseSource(nameof(Rows))]
    public void PerplexityIsLlamaCpps(string name, double expected)
    {
        bool isReal = name.StartsWith("smollm2", StringComparison.Ordinal);
        string path = PathOf(name);
        string text = File.ReadAllText(SharedData.PathOf("text", isReal ? "wiki.test.raw" : "tinystories-300k.txt")).TrimEnd('\n');
        var options = new PerplexityOptions { ContextSize = isReal ? 512 : 256, MaxChunks = isReal ? 20 : 40 };
        PerplexityResult result = Measure(path, text, options);
        double share = Distance(result.Perplexity, expected), allowed = IsExact(path) ? 0.001 : 0.005;
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {result.Perplexity:F4} +/- {result.Error:F5}, expected {expected:F4}, off by {share:P3} of {allowed:P1}"));
        Assert.That(result.Chunks, Is.EqualTo(options.MaxChunks));
        Assert.That(share, Is.LessThan(allowed));
    }

    private static PerplexityResult Measure(string path, string text, PerplexityOptions options)
    {
        using LlamaModel model = LlamaModel.Load(path, Perplexity.Prepare(new LlamaModelOptions { Threads = 2 }, options));
        return Perplexity.Measure(model, text, options);
    }

    private static double Distance(double value, double from) => Math.Abs(value - from) / from;

    private static bool IsExact(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        return file.Tensors.All(tensor => tensor.Type is GgufTensorType.F32 or GgufTensorType.F16 or GgufTensorType.BF16 or GgufTensorType.Q8_0);
    }

    private static string PathOf(string name)
    {
        string[][] folders = [["babyllama", "quants"], ["babyllama"], ["stories260K"], ["demo"], ["smollm2"]];
        string[] candidates = [.. folders.Select(folder => SharedData.PathOf(["models", .. folder, name + ".gguf"]))];
        return candidates.FirstOrDefault(File.Exists) ?? candidates[0];
    }

    [GeneratedRegex(@"^(?<name>\S+)[^\t]*\t\d+\tPPL = (?<ppl>\S+) \+/- \S+$")]
    private static partial Regex Row();
}
