using System.Globalization;
using System.Text.RegularExpressions;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools;

/// <summary>Perplexities of the shared files against those that llama.cpp gives (<c>reference/perplexity.tsv</c>).</summary>
/// <remarks>
/// llama.cpp rounds activations to 8 bits, and so do these kernels, but more finely. Where its rounding alone moves its figure by more than
/// the limit, ours has to be nearer than its own to the perplexity of the weights in exact arithmetic.
/// </remarks>
[NeedsSharedData]
internal sealed partial class PerplexityReferenceTests
{
    /// <summary>The files of the short run; the others take a minute together, and SmolLM2 some more: LLAMAINTEROP_FULL=1.</summary>
    private static readonly string[] Quick = ["babyllama361-wide256-F16", "babyllama361-wide256-Q4_K_M", "babyllama361-wide256-IQ2_S", "stories260K-f32", "demo"];

    private static IEnumerable<TestCaseData> Rows()
    {
        if (!SharedData.Exists)
            yield break;
        foreach (string line in File.ReadLines(SharedData.PathOf("reference", "perplexity.tsv")))
        {
            Match row = Row().Match(line);
            string name = row.Groups["name"].Value;
            bool isWanted = Quick.Contains(name) || Environment.GetEnvironmentVariable("LLAMAINTEROP_FULL") == "1";
            if (!isWanted || !File.Exists(PathOf(name)))
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
        if (share >= allowed)
            CompareWithTruth(path, text, options, result.Perplexity, expected);
    }

    private static void CompareWithTruth(string path, string text, PerplexityOptions options, double measured, double expected)
    {
        using var folder = new TemporaryFolder();
        double truth = Measure(DequantizedFile.Write(path, folder), text, options).Perplexity;
        double ours = Distance(measured, truth), theirs = Distance(expected, truth);
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"exact: {truth:F4}; ours is off by {ours:P3}, llama.cpp's by {theirs:P3}"));
        Assert.That(ours, Is.LessThan(theirs));
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
