using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Native;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Quantization;

internal sealed class QuantizerTests
{
    private readonly TinyModel _tiny = new(GgufTensorType.F32);
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [OneTimeTearDown]
    public void RemoveModel() => _tiny.Dispose();

    private static QuantizeOptions To(string type) => new() { Type = QuantizeType.Parse(type), Threads = 2 };

    private byte[] Quantize(string input, QuantizeOptions options)
    {
        Quantizer.Run(input, _folder.File("out.gguf"), options);
        return File.ReadAllBytes(_folder.File("out.gguf"));
    }

    [TestCase("f16")]
    [TestCase("q8_0")]
    [TestCase("q4_k_m")]
    public void WritesWhatTheEncodersWrite(string type)
    {
        QuantizeReport report = Quantizer.Run(_tiny.Path, _folder.File("out.gguf"), To(type));
        using GgufFile input = GgufFile.Open(_tiny.Path), output = GgufFile.Open(_folder.File("out.gguf"));
        Assert.That(report.Files, Is.EqualTo(new[] { _folder.File("out.gguf") }));
        Assert.That(output.Tensors.Select(tensor => (tensor.Name, tensor.Type)), Is.EqualTo(report.Plan.Tensors.Select(tensor => (tensor.Name, tensor.Type))));
        foreach (GgufTensorInfo tensor in output.Tensors)
            Assert.That(BytesOf(output, tensor), Is.EqualTo(Encode(input, tensor.Name, tensor.Type, [])), tensor.Name);
    }

    [Test]
    public void ThreadsChangeNothing()
    {
        byte[] one = Quantize(_tiny.Path, To("q5_k_m") with { Threads = 1 });
        Assert.That(Quantize(_tiny.Path, To("q5_k_m") with { Threads = 7 }), Is.EqualTo(one));
        Assert.That(Quantize(_tiny.Path, To("q5_k_m") with { Threads = 0 }), Is.EqualTo(one));
    }

    [Test]
    public void EachExpertHasItsOwnImportance()
    {
        string path = WriteExperts(experts: 3);
        float[] factors = [.. Enumerable.Range(0, 256 * 3).Select(i => (i / 256) + ((i * 7 % 13) / 4f))];
        Quantizer.Run(path, _folder.File("out.gguf"), To("q4_k_s") with { Importance = Matrix("blk.0.ffn_up_exps.weight", factors, experts: 3), ImportanceFile = "m.gguf" });
        using GgufFile input = GgufFile.Open(path), output = GgufFile.Open(_folder.File("out.gguf"));
        GgufTensorInfo stack = output.GetTensor("blk.0.ffn_up_exps.weight");
        Assert.That(BytesOf(output, stack), Is.EqualTo(Encode(input, stack.Name, stack.Type, factors)));
        Assert.That(BytesOf(output, stack), Is.Not.EqualTo(Encode(input, stack.Name, stack.Type, [])));
        Assert.That(output.Metadata.GetString("quantize.imatrix.file"), Is.EqualTo("m.gguf"));
        Assert.That(output.Metadata.GetString("quantize.imatrix.dataset"), Is.EqualTo("calibration.txt"));
        Assert.That(output.Metadata.GetInt32("quantize.imatrix.entries_count"), Is.EqualTo(1));
        Assert.That(output.Metadata.GetInt32("quantize.imatrix.chunks_count"), Is.EqualTo(5));
    }

    [Test]
    public void ExcludedWeightsHaveNoImportance()
    {
        byte[] without = Quantize(WriteExperts(experts: 2), To("q4_k_s"));
        ImportanceMatrix matrix = Matrix("blk.0.ffn_up_exps.weight", [.. Enumerable.Range(0, 512).Select(i => (float)(i % 17))], experts: 2);
        Assert.That(Quantize(_folder.File("experts.gguf"), To("q4_k_s") with { Importance = matrix, ExcludeWeights = ["ffn_up"] }), Is.EqualTo(without), "nothing is left of it");
        Assert.That(Quantize(_folder.File("experts.gguf"), To("q4_k_s") with { Importance = matrix, IncludeWeights = ["ffn_up"] }), Is.Not.EqualTo(without));
    }

    [Test]
    public void ImportanceOfAnotherSizeIsRefused() =>
        Assert.That(() => Quantize(_tiny.Path, To("q4_k_s") with { Importance = Matrix("blk.0.attn_q.weight", new float[255], experts: 1) }),
            Throws.TypeOf<QuantizeException>().With.Message.Contains("'blk.0.attn_q.weight' has 256 x 1 columns, but the importance matrix has 255 factors"));

    [Test]
    public void MetadataIsTheInputsWithWhatChanged()
    {
        Quantizer.Run(_tiny.Path, _folder.File("out.gguf"), To("q8_0") with { Overrides = [GgufOverride.Parse("general.name=str:small"), GgufOverride.Parse("tiny.count=int:-3"), GgufOverride.Parse("tiny.share=float:0.5")] });
        using GgufFile input = GgufFile.Open(_tiny.Path), output = GgufFile.Open(_folder.File("out.gguf"));
        string[] changed = ["general.quantization_version", "general.file_type", "general.name", "tiny.count", "tiny.share"];
        Assert.That(output.Metadata.Select(pair => pair.Key), Is.EqualTo(input.Metadata.Select(pair => pair.Key).Except(changed).Concat(changed)));
        Assert.That(output.Metadata.GetInt32("general.file_type"), Is.EqualTo(7));
        Assert.That(output.Metadata.Get("tiny.count"), Has.Property("Type").EqualTo(GgufValueType.UInt32).And.Property("Data").EqualTo(3u), "as llama-quantize stores it");
        Assert.That(output.Metadata.Get("tiny.share").Type, Is.EqualTo(GgufValueType.Float32));
    }

    [Test]
    public void PartsStayParts()
    {
        IReadOnlyList<string> parts = GgufSplitter.Split(_tiny.Path, _folder.File("in"), new GgufSplitOptions { MaxTensors = 7 });
        byte[] whole = Quantize(parts[0], To("q4_0"));
        QuantizeReport report = Quantizer.Run(parts[0], _folder.File("kept.gguf"), To("q4_0") with { KeepSplit = true });
        Assert.That(report.Files, Has.Count.EqualTo(parts.Count).And.All.Match(@"kept-0000\d-of-0000\d\.gguf$"));
        using GgufFile split = GgufFile.Open(report.Files[0]), single = GgufFile.Open(_folder.File("out.gguf"));
        Assert.That(split.Parts, Has.Count.EqualTo(parts.Count));
        foreach (GgufTensorInfo tensor in single.Tensors)
            Assert.That(BytesOf(split, split.GetTensor(tensor.Name)), Is.EqualTo(BytesOf(single, tensor)), tensor.Name);
        Assert.That(single.Metadata.Contains("split.count"), Is.False);
    }

    [Test]
    public void ProgressGrowsToTheEnd()
    {
        var seen = new List<QuantizeProgress>();
        Quantizer.Run(_tiny.Path, _folder.File("out.gguf"), To("q4_0"), new Watcher(seen.Add));
        Assert.That(seen.Select(step => step.Fraction), Is.Ordered.Ascending);
        Assert.That(seen[^1].Fraction, Is.EqualTo(1));
        Assert.That(seen.Select(step => step.Tensor).Distinct().Count(), Is.GreaterThan(20));
    }

    [Test]
    public void CancellingLeavesTheTargetAndNothingElse([Values] bool split)
    {
        string input = split ? GgufSplitter.Split(_tiny.Path, _folder.File("in"), new GgufSplitOptions { MaxTensors = 7 })[0] : _tiny.Path;
        _folder.Write("out.gguf", "before"u8);
        string[] files = Directory.GetFileSystemEntries(_folder.Path);
        using var cancel = new CancellationTokenSource();
        var halfway = new Watcher(step =>
        {
            if (step.Fraction > 0.5)
                cancel.Cancel();
        });
        Assert.That(() => Quantizer.Run(input, _folder.File("out.gguf"), To("q4_0") with { KeepSplit = split }, halfway, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(File.ReadAllText(_folder.File("out.gguf")), Is.EqualTo("before"));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.EquivalentTo(files));
    }

    [TestCase(float.NaN, "f32")]
    [TestCase(float.NaN, "f16")]
    [TestCase(float.NegativeInfinity, "bf16")]
    [TestCase(70000f, "f16")]
    [TestCase(float.NaN, "q8_0")]
    [TestCase(float.PositiveInfinity, "q4_k_m")]
    public void NumbersThatCannotBeWrittenAreAnErrorThatNamesTheTensor(float value, string type)
    {
        string path = _folder.File("bad.gguf");
        WriteMatrix(path, "blk.0.attn_q.weight", [256, 4], [.. Enumerable.Repeat(1f, 1023), value]);
        _folder.Write("out.gguf", "before"u8);
        Assert.That(() => Quantizer.Run(path, _folder.File("out.gguf"), To(type)), Throws.TypeOf<QuantizeException>().With.Message.Contains("'blk.0.attn_q.weight'"));
        Assert.That(File.ReadAllText(_folder.File("out.gguf")), Is.EqualTo("before"));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Has.Length.EqualTo(2));
    }

    [TestCase("iq2_xxs", "without an importance matrix")]
    [TestCase("q1_0", "which this build cannot write")]
    public void RefusesBeforeItWrites(string type, string reason)
    {
        Assert.That(() => Quantize(_tiny.Path, To(type)), Throws.TypeOf<QuantizeException>().With.Message.Contains(reason));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.Empty);
    }

    [Test]
    public void TheInputCannotBeTheOutput()
    {
        string link = _folder.File("link.gguf");
        File.CreateSymbolicLink(link, _tiny.Path);
        byte[] before = File.ReadAllBytes(_tiny.Path);
        Assert.That(() => Quantizer.Run(_tiny.Path, _tiny.Path, To("q8_0")), Throws.TypeOf<GgufException>().With.Message.Contains("it is what is being read"));
        Assert.That(() => Quantizer.Run(_tiny.Path, link, To("q8_0")), Throws.TypeOf<GgufException>().With.Message.Contains("it is what is being read"));
        Assert.That(File.ReadAllBytes(_tiny.Path), Is.EqualTo(before));
    }

    [Test]
    public void ATargetWithoutAFolderIsAnError() =>
        Assert.That(() => Quantizer.Run(_tiny.Path, _folder.File("none/out.gguf"), To("q8_0")), Throws.TypeOf<GgufException>().With.Property("Check").EqualTo(GgufCheck.Write));

    [Test]
    public void AnAlignmentThatIsNoneIsAnError() =>
        Assert.That(() => Quantize(_tiny.Path, To("q8_0") with { Overrides = [GgufOverride.Parse("general.alignment=int:33")] }), Throws.TypeOf<QuantizeException>().With.Message.Contains("general.alignment"));

    [Test]
    public void AFileOfNoArchitectureIsRefused()
    {
        new GgufWriter().Write(_folder.File("empty.gguf"));
        Assert.That(() => Quantizer.Plan(_folder.File("empty.gguf"), To("q8_0")), Throws.TypeOf<GgufException>().With.Message.Contains("general.architecture"));
    }

    private static byte[] Encode(GgufFile input, string name, GgufTensorType type, float[] importance)
    {
        GgufTensorInfo source = input.GetTensor(name);
        float[] values = MemoryMarshal.Cast<byte, float>(BytesOf(input, source)).ToArray();
        int width = (int)source.Dimension(0), matrix = width * (int)source.Dimension(1);
        byte[] bytes = new byte[GgufTensorTypes.ByteLength(type, values.Length)];
        int matrixBytes = (int)GgufTensorTypes.ByteLength(type, matrix);
        for (int i = 0; i < values.Length / matrix; i++)
            Kernels.Quantize((LkType)type, values.AsSpan(i * matrix, matrix), importance.Length == 0 ? [] : importance.AsSpan(i * width, width), bytes.AsSpan(i * matrixBytes, matrixBytes), width);
        return bytes;
    }

    private static byte[] BytesOf(GgufFile file, GgufTensorInfo tensor)
    {
        byte[] bytes = new byte[tensor.ByteLength];
        file.ReadTensor(tensor, bytes);
        return bytes;
    }

    private string WriteExperts(int experts)
    {
        var random = new Random(3);
        float[] values = [.. Enumerable.Range(0, 256 * 5 * experts).Select(_ => random.NextSingle() - 0.5f)];
        WriteMatrix(_folder.File("experts.gguf"), "blk.0.ffn_up_exps.weight", [256, 5, experts], values);
        return _folder.File("experts.gguf");
    }

    private static void WriteMatrix(string path, string name, long[] dimensions, float[] values)
    {
        var writer = new GgufWriter();
        writer.Set("general.architecture", GgufValue.From("llama"));
        writer.Set("llama.block_count", GgufValue.From(1u));
        writer.AddTensor(name, GgufTensorType.F32, dimensions, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        writer.Write(path);
    }

    private static ImportanceMatrix Matrix(string name, float[] factors, int experts) =>
        new(new() { [name] = new ImportanceEntry(factors, [.. Enumerable.Repeat(1L, experts)]) }, 5, 512, ["calibration.txt"]);

    private sealed class Watcher(Action<QuantizeProgress> see) : IProgress<QuantizeProgress>
    {
        public void Report(QuantizeProgress value) => see(value);
    }
}
