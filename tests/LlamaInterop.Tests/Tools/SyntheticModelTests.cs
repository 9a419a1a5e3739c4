using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Native;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools;

internal sealed class SyntheticModelTests
{
    private static IEnumerable<GgufTensorType> Types => SyntheticType.All.Select(row => row.Type);

    [TestCaseSource(nameof(Types))]
    public void ComputesFiniteLogitsOfOrdinarySize(GgufTensorType type)
    {
        using var tiny = new TinyModel(type);
        using LlamaModel model = tiny.Load();
        int positions = 0;
        model.Evaluate([1, 70, 299, 3, 258, 0, 2, 150], allPositions: true, (logits, _) =>
        {
            positions++;
            double size = Math.Sqrt(logits.ToArray().Average(x => (double)x * x));
            Assert.That(size, Is.InRange(0.3, 3));
        });
        Assert.That(positions, Is.EqualTo(8));
    }

    [TestCaseSource(nameof(Types))]
    public void WeightsAreAroundZeroAndOfTheSizeThatKeepsActivations(GgufTensorType type)
    {
        using var tiny = new TinyModel(type);
        using GgufFile file = GgufFile.Open(tiny.Path);
        GgufTensorInfo info = file.GetTensor("blk.1.ffn_down.weight");
        float[] weights = new float[info.ElementCount];
        Kernels.Dequantize((LkType)type, file.TensorSpan(info), weights);
        double size = Math.Sqrt(weights.Average(w => (double)w * w)), expected = 1 / Math.Sqrt(TinyModel.Shape.FeedForward);
        // MXFP4's scale is a power of two, so its size is right to a factor of the square root of two.
        double tolerance = type == GgufTensorType.MXFP4 ? Math.Sqrt(2) : 1.05;
        Assert.That(size / expected, Is.InRange(1 / tolerance, tolerance));
        Assert.That(weights.Average(), Is.EqualTo(0).Within(0.03 * expected));
    }

    [TestCaseSource(nameof(Types))]
    public void ATypeIsOneThatTheEngineMultiplies(GgufTensorType type)
    {
        using var backend = BackendHandle.Open(new BackendOptions(LkBackendKind.CPU, ThreadCount: 1));
        Assert.That(backend.MatmulKernel((LkType)type), Is.Not.Null);
    }

    [Test]
    public void EveryTypeOfTheKernelsIsThere()
    {
        var weights = Enum.GetValues<LkType>().Except([LkType.I32, LkType.A8, LkType.A8X2]).Select(type => (GgufTensorType)type);
        Assert.That(Types, Is.EquivalentTo(weights));
    }

    [Test]
    public void IsTheSameEveryTime()
    {
        using TinyModel one = new(GgufTensorType.Q4_K), other = new(GgufTensorType.Q4_K);
        Assert.That(File.ReadAllBytes(one.Path), Is.EqualTo(File.ReadAllBytes(other.Path)));
    }

    [Test]
    public void KnowsItsSizeBeforehand()
    {
        using var tiny = new TinyModel();
        Assert.That(new FileInfo(tiny.Path).Length, Is.EqualTo(tiny.Model.ByteLength).Within(2).Percent);
    }

    // llama.cpp counts in whole numbers: of 12 layers the first eighth is layer 0, the last begins at 7 * 12 / 8 = 10, and of those between it is every third.
    [Test]
    public void AMixtureGivesSomeMatricesMoreBits()
    {
        var types = SyntheticModel.Parse("small:q4_k_m").Types.Of(ModelShape.All.Single(shape => shape.Name == "small")).ToDictionary(row => row.Matrix.Name, row => row.Type.Type);
        int[] more = [.. Enumerable.Range(0, 12).Where(layer => types[$"blk.{layer}.ffn_down.weight"] == GgufTensorType.Q6_K)];
        Assert.That(more, Is.EqualTo(new[] { 0, 3, 6, 9, 10, 11 }));
        Assert.That(Enumerable.Range(0, 12).Where(layer => types[$"blk.{layer}.attn_v.weight"] == GgufTensorType.Q6_K), Is.EqualTo(more));
        Assert.That((types["output.weight"], types["token_embd.weight"], types["blk.0.ffn_up.weight"]), Is.EqualTo((GgufTensorType.Q6_K, GgufTensorType.Q4_K, GgufTensorType.Q4_K)));
    }

    [Test]
    public void EveryNameHasAFileType() =>
        Assert.That(SyntheticTypes.Names.Select(name => SyntheticTypes.Find(name)!.FileType), Is.All.GreaterThanOrEqualTo(0));

    [Test]
    public void AMixtureComputesFiniteLogits()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("tiny.gguf");
        new SyntheticModel(TinyModel.Shape with { Experts = 8, ExpertsUsed = 2 }, SyntheticTypes.Find("q5_k_m")!).Write(path);
        using LlamaModel model = LlamaModel.Load(path, new LlamaModelOptions { Threads = 1 });
        model.Evaluate([1, 70, 299], allPositions: false, (logits, _) => Assert.That(logits.ToArray(), Is.All.InRange(-20f, 20f)));
    }

    [Test]
    public void NoWeightOfQ8IsMinus128()
    {
        using var tiny = new TinyModel(GgufTensorType.Q8_0);
        using GgufFile file = GgufFile.Open(tiny.Path);
        ReadOnlySpan<byte> blocks = file.TensorSpan(file.GetTensor("output.weight"));
        int lowest = 0;
        for (int start = 0; start < blocks.Length; start += 34)
            lowest = Math.Min(lowest, MemoryMarshal.Cast<byte, sbyte>(blocks.Slice(start + 2, 32)).ToArray().Min());
        Assert.That(lowest, Is.EqualTo(-127));
    }

    [Test]
    public void ItsVocabularySpellsAnyTextInBytes()
    {
        using var tiny = new TinyModel();
        using LlamaModel model = tiny.Load();
        int[] tokens = model.Tokenizer.Encode("größer 🦙\n", addSpecial: true, parseSpecial: true);
        Assert.That(tokens[0], Is.EqualTo(1));
        Assert.That(System.Text.Encoding.UTF8.GetString(model.Tokenizer.Decode(tokens, special: false)).TrimStart(), Is.EqualTo("größer 🦙\n"));
        Assert.That(model.Tokenizer.Warnings, Is.Empty);
    }

    [TestCase("llama-1.1b", "is not of the form SHAPE:TYPE")]
    [TestCase("llama-1.1b:q4_0:x", "is not of the form SHAPE:TYPE")]
    [TestCase("", "is not of the form SHAPE:TYPE")]
    [TestCase("llama-9b:q4_0", "there is no shape 'llama-9b', only small, smollm2-135m, llama-1.1b, llama-7b")]
    [TestCase("small:q4_k_xl", "there is no type 'q4_k_xl', only f32, f16, bf16, q4_0")]
    [TestCase("small:q1_0", "there is no type 'q1_0'")]
    [TestCase("small:Q4_0", "there is no type 'Q4_0'")]
    [TestCase("small:Q4_K_M", "there is no type 'Q4_K_M'")]
    [TestCase("small:i32", "there is no type 'i32'")]
    [TestCase("smollm2-135m:q4_k", "token_embd.weight has rows of 576, which are not whole q4_k blocks of 256")]
    public void RefusesWhatItCannotMake(string text, string reason) =>
        Assert.That(() => SyntheticModel.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains(reason));

    [Test]
    public void AFolderThatIsNotThereIsNamed()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "none", "model.gguf");
        var model = new SyntheticModel(TinyModel.Shape, new SyntheticTypes(SyntheticType.All[0]));
        Assert.That(() => model.Write(path), Throws.TypeOf<GgufException>().With.Message.Contains(path));
    }

    [Test]
    public void LeavesNothingWhenCancelled()
    {
        using var folder = new TemporaryFolder();
        var model = new SyntheticModel(TinyModel.Shape, new SyntheticTypes(SyntheticType.All[0]));
        Assert.That(() => model.Write(folder.File("model.gguf"), new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);
    }

    [Test]
    public void ATemporaryOneIsGoneAfterwards()
    {
        string path;
        using (var temporary = TemporaryModel.Create(new SyntheticModel(TinyModel.Shape, new SyntheticTypes(SyntheticType.All[0]))))
        {
            path = temporary.Path;
            Assert.That(File.Exists(path));
        }
        Assert.That(File.Exists(path), Is.False);
    }
}
