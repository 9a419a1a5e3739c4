using System.Text.RegularExpressions;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.References;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Models.Checkpoints.Twins;

/// <summary>
/// Every family's map against a second statement of transformers' names and layouts: a GGUF file of <c>models/arch-gguf</c> is written as
/// transformers would have saved it, converted, and must come out the same, tensor for tensor and key for key, and compute the same.
/// </summary>
[TestFixture]
[NeedsSharedData]
internal sealed partial class CheckpointTwinTests
{
    private static readonly int[] Tokens = [1, 289, 283, 501, 89, 49, 238, 464, 58, 473, 503, 138, 316, 332, 43, 338, 499, 79, 277, 404];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    [TestCaseSource(typeof(Twins), nameof(Twins.All))]
    public void ConvertsToTheFileItWasMadeOf(Twin twin)
    {
        string original = SharedData.PathOf("models", "arch-gguf", twin.File + ".gguf"), converted = _folder.File(twin.File + ".gguf");
        using GgufFile truth = GgufFile.Open(original);
        new TwinCheckpoint(truth, twin).Save(_folder.Path);
        Converter.Run(_folder.Path, converted, new ConvertOptions { OutputType = ConvertType.F32, NoVocabulary = true });
        using (GgufFile file = GgufFile.Open(converted))
        {
            Assert.That(file.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal), Is.EqualTo(truth.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal)));
            Assert.Multiple(() =>
            {
                CompareKeys(file.Metadata, truth.Metadata, twin);
                foreach (GgufTensorInfo tensor in truth.Tensors.Where(tensor => !twin.Idle.Contains(tensor.Name)))
                    CompareTensor(file, truth, tensor, isComputed: twin.Computed.Contains(AnyLayer().Replace(tensor.Name, "*")));
            });
        }
        double error = LogitsError.NormalizedSquared(Rows(converted, twin.IsEncoder), Rows(original, twin.IsEncoder));
        Assert.That(error, Is.LessThanOrEqualTo(twin.Computed.Length > 0 ? 1e-10 : 0), "what it computes");
    }

    private static void CompareKeys(GgufMetadata keys, GgufMetadata truth, Twin twin)
    {
        string architecture = truth.GetString("general.architecture");
        string converted = twin.Architecture ?? architecture;
        Assert.That(keys.GetString("general.architecture"), Is.EqualTo(converted));
        foreach (var (key, value) in truth.Where(pair => pair.Key.StartsWith($"{architecture}.", StringComparison.Ordinal)))
        {
            string bare = key[(architecture.Length + 1)..];
            if (!twin.Unstated.Contains(bare))
                Assert.That(keys.TryGet($"{converted}.{bare}", out GgufValue found) ? found.ToString() : "missing", Is.EqualTo(value.ToString()), key);
        }
        foreach ((_, string key) in twin.Numbers)
            Assert.That(keys.GetFloatArray(key), Is.EqualTo(truth.GetFloatArray(key)), key);
    }

    /// <summary>Bit for bit; what is computed to six digits.</summary>
    private static void CompareTensor(GgufFile file, GgufFile truth, GgufTensorInfo expected, bool isComputed)
    {
        const double percent = 1e-4;
        GgufTensorInfo found = file.GetTensor(expected.Name);
        Assert.That(found.ToString(), Is.EqualTo(expected.ToString()));
        float[] values = TwinCheckpoint.ReadAll(file, found), wanted = TwinCheckpoint.ReadAll(truth, expected);
        Assert.That(values, isComputed ? Is.EqualTo(wanted).Within(percent).Percent : Is.EqualTo(wanted), expected.Name);
    }

    /// <summary>Logits, or of encoders hidden states, of all tokens.</summary>
    private static float[] Rows(string path, bool isEncoder)
    {
        using LlamaModel model = LlamaModel.Load(path, new LlamaModelOptions { ContextSize = 32 });
        Assert.That(model.Runner.UnusedTensors, Is.Empty, "every tensor of the file is read");
        if (isEncoder)
            return model.Embed(Tokens, new EmbeddingOptions { Pooling = Pooling.None });
        var rows = new List<float>();
        model.Evaluate(Tokens, true, (row, _) => rows.AddRange(row));
        return [.. rows];
    }

    [GeneratedRegex(@"\b[0-9]+\b")]
    private static partial Regex AnyLayer();
}
