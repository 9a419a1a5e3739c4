using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlamaInterop.Gguf;
using LlamaInterop.Import;
using LlamaInterop.Models;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.References;
using LlamaInterop.Tokenization;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Conversion;

internal sealed class ConverterTests
{
    private static readonly ConvertOptions F32 = new() { OutputType = ConvertType.F32, NoVocabulary = true };

    private TemporaryFolder _folder = null!;
    private string _output = "";

    [SetUp]
    public void CreateFolder()
    {
        _folder = new TemporaryFolder();
        _output = _folder.File("out.gguf");
    }

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [TestCase("model.safetensors")]
    [TestCase("config.json")]
    public void DoesNotWriteOverTheModel(string file)
    {
        string model = TinyCheckpoint.Write(_folder.File("m")), path = Path.Combine(model, file);
        byte[] before = File.ReadAllBytes(path);
        Assert.That(() => Converter.Run(model, path, F32), Throws.TypeOf<GgufException>().With.Message.Contains("it is a file of the model that is converted"));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(before));
        Converter.Run(model, Path.Combine(model, "new.gguf"), F32);
        Assert.That(() => Converter.Run(model, Path.Combine(model, "new.gguf"), F32), Throws.Nothing, "a GGUF file may be replaced");
    }

    [TestCase(ConvertType.F32, GgufTensorType.F32, GgufTensorType.F32, 0)]
    [TestCase(ConvertType.F16, GgufTensorType.F16, GgufTensorType.F16, 1)]
    [TestCase(ConvertType.BF16, GgufTensorType.BF16, GgufTensorType.BF16, 32)]
    [TestCase(ConvertType.Q8_0, GgufTensorType.Q8_0, GgufTensorType.F16, 7)]
    public void GivesMatricesTheTypeAndVectorsF32(ConvertType type, GgufTensorType matrices, GgufTensorType ofOddRows, int fileType)
    {
        ConvertReport report = Converter.Run(TinyCheckpoint.Write(_folder.File("m")), _output, F32 with { OutputType = type });
        using GgufFile file = GgufFile.Open(_output);
        Assert.That(file.Tensors, Has.Count.EqualTo(21).And.Count.EqualTo(report.Tensors.Count));
        Assert.That(file.GetTensor("blk.1.attn_q.weight").Type, Is.EqualTo(matrices));
        Assert.That(file.GetTensor("blk.1.ffn_down.weight").Type, Is.EqualTo(ofOddRows));
        Assert.That(file.GetTensor("blk.0.ffn_norm.weight").Type, Is.EqualTo(GgufTensorType.F32));
        Assert.That(file.Metadata.GetInt32("general.file_type"), Is.EqualTo(fileType));
        Assert.That(file.Metadata.GetString("general.name"), Is.EqualTo("m"));
    }

    [TestCase("F32", ConvertType.F16)]
    [TestCase("F16", ConvertType.F16)]
    [TestCase("BF16", ConvertType.BF16)]
    public void ChoosesTheCheckpointsOwnType(string stored, ConvertType expected) =>
        Assert.That(Converter.Run(TinyCheckpoint.Write(_folder.File("m"), stored), _output, new ConvertOptions { NoVocabulary = true }).OutputType, Is.EqualTo(expected));

    /// <summary>A type is a rounding of the stored numbers, and no more.</summary>
    [TestCase("F32", ConvertType.F32, 0)]
    [TestCase("BF16", ConvertType.BF16, 0)]
    [TestCase("F16", ConvertType.F16, 0)]
    [TestCase("BF16", ConvertType.F32, 0)]
    [TestCase("F32", ConvertType.F16, 0.0005)]
    [TestCase("F32", ConvertType.BF16, 0.004)]
    [TestCase("F32", ConvertType.Q8_0, 0.01)]
    public void KeepsTheNumbers(string stored, ConvertType type, double tolerance)
    {
        string model = TinyCheckpoint.Write(_folder.File("m"), stored), exact = _folder.File("exact.gguf");
        Converter.Run(model, exact, F32);
        Converter.Run(model, _output, F32 with { OutputType = type });
        foreach (string name in (string[])["token_embd.weight", "blk.1.attn_k.weight", "blk.0.ffn_down.weight", "output_norm.weight"])
            Assert.That(GgufValues.Read(_output, name), Is.EqualTo(GgufValues.Read(exact, name)).Within(tolerance * 0.5), name);
    }

    [Test]
    public void ConvertsPartsAsTheWhole([Values] bool byIndex)
    {
        string whole = TinyCheckpoint.Write(_folder.File("whole")), parts = _folder.File("parts");
        Directory.CreateDirectory(parts);
        File.WriteAllBytes(Path.Combine(parts, "config.json"), TinyCheckpoint.Config());
        var map = new JsonObject();
        string[][] names = [.. TinyCheckpoint.Names.Chunk(9)];
        for (int i = 0; i < names.Length; i++)
        {
            string file = string.Create(CultureInfo.InvariantCulture, $"model-{i + 1:D5}-of-{names.Length:D5}.safetensors");
            File.WriteAllBytes(Path.Combine(parts, file), TinyCheckpoint.Image("F32", names[i]));
            foreach (string name in names[i])
                map[name] = file;
        }
        if (byIndex)
            File.WriteAllText(Path.Combine(parts, "model.safetensors.index.json"), new JsonObject { ["weight_map"] = map }.ToJsonString());
        Converter.Run(whole, _output, F32 with { ModelName = "x" });
        Converter.Run(parts, _folder.File("parts.gguf"), F32 with { ModelName = "x" });
        Assert.That(File.ReadAllBytes(_folder.File("parts.gguf")), Is.EqualTo(File.ReadAllBytes(_output)));
    }

    [Test]
    public void DividesTheOutput()
    {
        string model = TinyCheckpoint.Write(_folder.File("m"));
        Converter.Run(model, _output, F32);
        ConvertReport report = Converter.Run(model, _folder.File("split.gguf"), F32 with { Split = new GgufSplitOptions { MaxTensors = 8 } });
        Assert.That(report.Paths.Select(Path.GetFileName), Is.EqualTo(new[] { "split-00001-of-00003.gguf", "split-00002-of-00003.gguf", "split-00003-of-00003.gguf" }));
        using LlamaModel whole = LlamaModel.Load(_output), parts = LlamaModel.Load(report.Paths[0]);
        Assert.That(Logits(parts), Is.EqualTo(Logits(whole)));
    }

    [Test]
    public void RunsOnTokensWithoutATokenizer()
    {
        Converter.Run(TinyCheckpoint.Write(_folder.File("m")), _output, F32);
        using LlamaModel model = LlamaModel.Load(_output);
        Assert.That(Logits(model), Has.Length.EqualTo(3 * TinyCheckpoint.Vocabulary).And.All.Matches<float>(float.IsFinite));
        Assert.That(() => model.Tokenizer.Encode("text", true, true), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("no tokenizer"));
    }

    [Test]
    public void WritesNothingInADryRun()
    {
        string model = TinyCheckpoint.Write(_folder.File("m"));
        ConvertReport report = Converter.Run(model, _output, F32 with { DryRun = true });
        Assert.That((report.Tensors.Count, report.Paths[0]), Is.EqualTo((21, _output)));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.EqualTo(new[] { model }));
    }

    [TestCase(null, "m", "m/m-F16.gguf")]
    [TestCase("", "m", "m-F16.gguf")]
    [TestCase("{ftype}-{OUTTYPE}.gguf", "m", "f16-F16.gguf")]
    public void NamesTheOutputAfterTheModel(string? output, string name, string expected)
    {
        string model = TinyCheckpoint.Write(_folder.File(name), "F16");
        ConvertReport report = Converter.Run(model, output is null ? null : Path.Combine(_folder.Path, output), new ConvertOptions { NoVocabulary = true });
        Assert.That(Path.GetRelativePath(_folder.Path, report.Paths[0]).Replace('\\', '/'), Is.EqualTo(expected));
        Assert.That(File.Exists(report.Paths[0]), Is.True);
    }

    [Test]
    public void LeavesTheTargetAsItWasWhenStopped()
    {
        string model = TinyCheckpoint.Write(_folder.File("m"));
        _folder.Write("out.gguf", "before"u8);
        using var source = new CancellationTokenSource();
        Assert.That(() => Converter.Run(model, _output, F32, new Interruption(source), source.Token), Throws.InstanceOf<OperationCanceledException>());
        ExpectUntouched(model);
    }

    [Test]
    public void RefusesNumbersThatTheTypeCannotHold()
    {
        string model = TinyCheckpoint.Write(_folder.File("m"));
        File.WriteAllBytes(Path.Combine(model, "model.safetensors"), TinyCheckpoint.Image("F32", TinyCheckpoint.Names, factor: 1e8f));
        _folder.Write("out.gguf", "before"u8);
        Assert.That(() => Converter.Run(model, _output, F32 with { OutputType = ConvertType.F16 }), Throws.InstanceOf<ImportException>().With.Message.Contains("cannot become F16"));
        ExpectUntouched(model);
    }

    [Test]
    public void RefusesWhatIsNoModel()
    {
        Refuses(_folder.File("nowhere"), "no such file or folder");
        Refuses(_folder.Path, "is no model of a known format");
        Refuses(_folder.Write("m.safetensors", TinyCheckpoint.Image("F32", TinyCheckpoint.Names)), "has neither m_config.json nor config.json beside it");
        File.Delete(_folder.File("m.safetensors"));
        _folder.Write("config.json", TinyCheckpoint.Config());
        Refuses(_folder.Path, "has config.json, but no weights");
    }

    [Test]
    public void RefusesAModelWithoutATokenizer()
    {
        string model = TinyCheckpoint.Write(_folder.File("m"));
        Assert.That(() => Converter.Run(model, _output), Throws.InstanceOf<ImportException>().With.Message.Contains("no tokenizer").And.Message.Contains("--no-vocab"));
    }

    [TestCase("model.layers.1.self_attn.q_proj.scales", "tensor model.layers.1.self_attn.q_proj.scales is none that llama has")]
    [TestCase("adapter.weight", "tensor adapter.weight is none that llama has")]
    public void RefusesATensorThatNoRowNames(string name, string reason)
    {
        string model = TinyCheckpoint.Write(_folder.File("m"));
        File.WriteAllBytes(Path.Combine(model, "model.safetensors"), TinyCheckpoint.Image("F32", [.. TinyCheckpoint.Names, name]));
        Assert.That(() => Converter.Run(model, _output, F32), Throws.InstanceOf<ModelException>().With.Message.EndsWith(reason));
    }

    [Test]
    public void RefusesAMissingLayer()
    {
        string model = TinyCheckpoint.Write(_folder.File("m"));
        File.WriteAllBytes(Path.Combine(model, "config.json"), TinyCheckpoint.Config(layers: 3));
        Assert.That(() => Converter.Run(model, _output, F32), Throws.InstanceOf<ModelException>().With.Message.Contains("has no tensors of layer 2"));
    }

    [Test]
    public void RefusesAModelWithoutATokenTable()
    {
        string model = TinyCheckpoint.Write(_folder.File("m"));
        File.WriteAllBytes(Path.Combine(model, "model.safetensors"), TinyCheckpoint.Image("F32", TinyCheckpoint.Names.Skip(1)));
        Assert.That(() => Converter.Run(model, _output, F32), Throws.InstanceOf<ImportException>().With.Message.Contains("no token table"));
    }

    /// <summary>The same model as another converter wrote it.</summary>
    [Test]
    [NeedsSharedData]
    public void GivesTheTensorsOfLlamaCpp()
    {
        Converter.Run(SharedData.PathOf("models", "stories260K", "hf"), _output, new ConvertOptions { OutputType = ConvertType.F32 });
        string truth = Directory.GetFiles(SharedData.PathOf("models", "stories260K"), "*f32.gguf").Single();
        using GgufFile file = GgufFile.Open(truth);
        foreach (GgufTensorInfo info in file.Tensors.Where(info => info.Name != "output.weight"))
            Assert.That(GgufValues.Read(_output, info.Name), Is.EqualTo(GgufValues.Read(truth, info.Name)), info.Name);
    }

    [TestCase("tiny_gpt2.safetensors")]
    [TestCase("tiny_gpt2.bin")]
    [TestCase("tiny_gpt2-00001-of-00002.bin")]
    [NeedsSharedData]
    public void ReadsGpt2InEveryFormat(string file)
    {
        using JsonDocument truth = JsonDocument.Parse(File.ReadAllText(ConvertedFixture.PathOf("tiny_gpt2_logits.json")));
        var config = JsonNode.Parse(truth.RootElement.GetProperty("config").GetRawText())!.AsObject();
        config["architectures"] = new JsonArray("GPT2LMHeadModel");
        _folder.Write("config.json", Encoding.UTF8.GetBytes(config.ToJsonString()));
        foreach (string part in Directory.GetFiles(ConvertedFixture.PathOf(""), "tiny_gpt2*").Where(part => !part.EndsWith(".json", StringComparison.Ordinal)))
            File.Copy(part, _folder.File(Path.GetFileName(part)));
        using var fixture = new ConvertedFixture("tiny_gpt2", "logits", _folder.File(file));
        int[][] sequences = [.. fixture.Truth.GetProperty("sequences").EnumerateArray().Select(ReferencePrompt.Ints)];
        for (int i = 0; i < sequences.Length; i++)
            Assert.That(ConvertedFixture.ErrorOf(fixture.Logits(sequences[i]), fixture.Truth.GetProperty("logits")[i]), Is.LessThan(1e-10));
    }

    [Test]
    [NeedsSharedData]
    public void ReadsPartsThatNoIndexNames()
    {
        using var fixture = new ConvertedFixture("tiny_llama", "logits", ConvertedFixture.PathOf("tiny_llama-00002-of-00002.safetensors"));
        int[] tokens = ReferencePrompt.Ints(fixture.Truth.GetProperty("sequences")[0]);
        Assert.That(ConvertedFixture.ErrorOf(fixture.Logits(tokens), fixture.Truth.GetProperty("logits")[0]), Is.LessThan(1e-10));
    }

    [Test]
    [NeedsSharedData]
    public void ConvertsATokenizerAlone()
    {
        ConvertReport report = Converter.Run(SharedData.PathOf("tokenizers", "sentencepiece", "llama2.model"), _output, new ConvertOptions { VocabularyOnly = true });
        Assert.That(report.Tensors, Is.Empty);
        using GgufFile file = GgufFile.Open(_output);
        Assert.That(Tokenizer.FromGguf(file.Metadata).Encode("Hello world", true, true), Is.EqualTo(new[] { 1, 15043, 3186 }));
    }

    [Test]
    public void RefusesATokenizerThatIsNotThere() => Assert.That(
        () => Converter.Run(TinyCheckpoint.Write(_folder.File("m")), _output, new ConvertOptions { VocabularyOnly = true }),
        Throws.InstanceOf<ImportException>().With.Message.EndsWith("has no tokenizer"));

    private static float[] Logits(LlamaModel model)
    {
        var logits = new List<float>();
        model.Evaluate([1, 2, 3], true, (row, _) => logits.AddRange(row));
        return [.. logits];
    }

    private void Refuses(string source, string reason) =>
        Assert.That(() => Converter.Run(source, _output, F32), Throws.InstanceOf<ImportException>().With.Message.StartsWith(source + ": ").And.Message.Contains(reason));

    private void ExpectUntouched(string model)
    {
        Assert.That(File.ReadAllText(_output), Is.EqualTo("before"));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.EquivalentTo(new[] { model, _output }));
    }

    /// <summary>Stops the work at the first sign of it.</summary>
    private sealed class Interruption(CancellationTokenSource source) : IProgress<double>
    {
        public void Report(double value) => source.Cancel();
    }
}
