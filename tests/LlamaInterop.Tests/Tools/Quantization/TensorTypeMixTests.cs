using System.Text.RegularExpressions;
using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Quantization;

/// <summary>
/// The types that mixtures give, against what <c>llama-quantize --dry-run</c> of August 2026 printed for files of these shapes
/// (<c>mixtures.tsv</c>: shape, type, and for each kind of matrix the types in the order of layers).
/// </summary>
internal sealed partial class TensorTypeMixTests
{
    private static readonly Dictionary<string, QuantizeShape> Shapes = new()
    {
        ["dense"] = new("llama", 16, 8, 8),
        ["grouped"] = new("llama", 16, 8, 2, IsTied: true),
        ["experts4"] = new("llama", 16, 8, 8, Experts: 4),
        ["experts8"] = new("llama", 16, 8, 2, Experts: 8),
        ["falcon"] = new("falcon", 16, 8, 8, IsPacked: true, IsGated: false),
        ["narrow"] = new("llama", 16, 8, 8, Width: 320),
        ["70b"] = new("llama", 80, 8, 1),
    };

    private static string[] Rows => File.ReadAllLines(Path.Combine(SharedData.RepositoryRoot, "tests/LlamaInterop.Tests/Tools/Quantization/mixtures.tsv"));

    [TestCaseSource(nameof(Shapes))]
    public void GivesTheTypesThatLlamaQuantizeGives(KeyValuePair<string, QuantizeShape> shape)
    {
        string[][] rows = [.. Rows.Select(row => row.Split('\t')).Where(row => row[0] == shape.Key)];
        Assert.That(rows, Has.Length.GreaterThanOrEqualTo(30));
        foreach (string[] row in rows)
        {
            bool hasImportance = row[1].EndsWith("+imatrix", StringComparison.Ordinal);
            var options = new QuantizeOptions
            {
                Type = QuantizeType.Parse(row[1].Replace("+imatrix", "")),
                Importance = hasImportance ? OfNothing() : null,
            };
            Assert.That(Summary(shape.Value.Plan(options)), Is.EqualTo(row[2]), $"{row[0]} {row[1]}");
        }
    }

    [Test]
    public void PlainMxfp4GivesItToEveryMatrixOfALayer()
    {
        string summary = Summary(Shapes["dense"].Plan("mxfp4"));
        Assert.That(summary, Does.StartWith("token_embd=Q8_0 output=Q8_0 attn_q=16*MXFP4").And.EndsWith("ffn_down=16*MXFP4"));
    }

    [Test]
    public void ALayerThatTheModelHasNotIsRefused()
    {
        QuantizeShape shape = Shapes["experts8"];
        var mix = new TensorTypeMix(ModelTraits.Read(shape.Metadata), new QuantizeOptions { Type = QuantizeType.Parse("q4_k_m") }, false, []);
        Assert.That(() => mix.Choose("blk.16.ffn_down_exps.weight", [512, 256, 8]), Throws.TypeOf<QuantizeException>().With.Message.Contains("blk.16.ffn_down_exps.weight"));
        Assert.That(() => mix.Choose("ffn_down.weight", [512, 256, 8]), Throws.TypeOf<QuantizeException>().With.Message.Contains("does not say which layer"));
    }

    private static ImportanceMatrix OfNothing() => new(new() { ["nothing"] = new ImportanceEntry([1, 2], [1]) }, 1, 512, []);

    /// <summary>Types by kind, equal neighbours counted: <c>attn_v=2*Q6_K,Q4_K</c>.</summary>
    private static string Summary(QuantizePlan plan)
    {
        string[] kinds = ["token_embd", "output", "attn_q", "attn_k", "attn_v", "attn_qkv", "attn_output", "ffn_gate", "ffn_up", "ffn_down"];
        var ofKind = plan.Tensors.ToLookup(tensor => Scope().Replace(tensor.Name, "").Replace("_exps", "").Replace(".weight", ""), tensor => tensor.Type);
        return string.Join(' ', from kind in kinds where ofKind[kind].Any() select $"{kind}={string.Join(',', Runs([.. ofKind[kind]]))}");
    }

    private static IEnumerable<string> Runs(GgufTensorType[] types)
    {
        for (int start = 0, end; start < types.Length; start = end)
        {
            for (end = start + 1; end < types.Length && types[end] == types[start];)
                end++;
            yield return end - start == 1 ? $"{types[start]}" : $"{end - start}*{types[start]}";
        }
    }

    [GeneratedRegex(@"^blk\.\d+\.")]
    private static partial Regex Scope();
}
