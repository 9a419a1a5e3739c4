using System.Buffers.Binary;
using System.Security.Cryptography;
using LlamaInterop.Gguf;
using LlamaInterop.Inference;
using LlamaInterop.Models;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Models;
using NUnit.Framework.Constraints;

namespace LlamaInterop.Tests.Inference;

/// <summary>Saved sequences: those that go on elsewhere, and files that are refused.</summary>
internal sealed class SequenceFileTests
{
    private const int Length = 100;
    private static readonly LlamaModelOptions Options = new() { Threads = 1, BatchSize = 64, ContextSize = 256 };
    private static readonly TinyMixture Hybrid = new("rwa");
    private static readonly int[] Tokens = TinyVocabulary.RandomTokens(new Random(1), 150);
    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [OneTimeTearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void GoesOnInAnotherRunnerOfAnotherContextAndStep(
        [Values("aa", "ww", "rr", "rwsa")] string layers, [Values(150, 151, 1000)] int context, [Values(1, 16, 128)] int batch)
    {
        string path = Save(new TinyMixture(layers));
        using var runner = new TinyRunner(new TinyMixture(layers), Options with { ContextSize = context, BatchSize = batch, MaxSequences = 2 });
        (Sequence sequence, int[] tokens) = SequenceFile.Load(path, runner.Runner);
        using (sequence)
        {
            Assert.That(tokens, Is.EqualTo(Tokens[..Length]));
            Assert.That(runner.Append(sequence, Tokens.AsSpan(Length)), Is.EqualTo(runner.Logits(Tokens)[Length..]));
        }
        PrefillWays.AssertEmpty(runner.Runner.Cache);
    }

    [Test]
    public void HoldsWhatTheNextTokenSeesAndNoMore()
    {
        using var runner = new TinyRunner(new TinyMixture("w") { Window = 10 }, Options);
        using Sequence sequence = runner.NewSequence();
        runner.Append(sequence, Tokens.AsSpan(0, Length));
        byte[] header = SequenceWriter.Header(runner.Runner, sequence, Tokens.AsSpan(0, Length));
        SequenceFile.Save(_folder.File("window"), runner.Runner, sequence, Tokens.AsSpan(0, Length));
        const int RowBytes = 2 * 8 * sizeof(float);
        Assert.That(new FileInfo(_folder.File("window")).Length, Is.EqualTo(header.Length + (2 * 9 * RowBytes) + 32));
    }

    [Test]
    public void SameSequenceGivesTheSameBytes()
    {
        using var runner = new TinyRunner(Hybrid, Options with { MaxSequences = 3 });
        runner.Interleave([Tokens, Tokens[7..]], new Random(3));
        Assert.That(File.ReadAllBytes(SaveFrom(runner, "again")), Is.EqualTo(File.ReadAllBytes(Save(Hybrid))), "nothing of other sequences is in it");
    }

    [Test]
    public void EmptySequenceCanBeSaved()
    {
        using var runner = new TinyRunner(Hybrid, Options);
        using (Sequence none = runner.NewSequence())
            SequenceFile.Save(_folder.File("empty"), runner.Runner, none, []);
        (Sequence sequence, int[] tokens) = SequenceFile.Load(_folder.File("empty"), runner.Runner);
        Assert.That((sequence.Length, tokens.Length), Is.EqualTo((0, 0)));
        float[][] logits = runner.Append(sequence, Tokens);
        sequence.Dispose();
        Assert.That(logits, Is.EqualTo(runner.Logits(Tokens)));
    }

    [TestCase("rwa", "rwaa", 40, "layers is 3, not 4")]
    [TestCase("rwa", "rwa", 41, "window of cache group 0 is 40, not 41")]
    [TestCase("rr", "rs", 40, "state 1 is 992 numbers, not 32 numbers")]
    [TestCase("ra", "aa", 40, "it has state 0 992 numbers where this one has cache 1")]
    [TestCase("cc", "ww", 40, "forward pass is ")]
    public void OtherModelIsRefusedByWhatDiffers(string saver, string loader, int window, string difference)
    {
        string path = Save(new TinyMixture(saver));
        using var runner = new TinyRunner(new TinyMixture(loader) { Window = window }, Options);
        Assert.That(() => SequenceFile.Load(path, runner.Runner), Refusal(difference, path));
    }

    [Test]
    public void OtherWeightsRotationAndTypesAreRefused()
    {
        var model = new TinyModel();
        using var saver = new TinyRunner(model, Options);
        string path = SaveFrom(saver, "dense");
        Refuses(model with { Architecture = "qwen2", QkvBiases = true }, Options, "architecture is llama, not qwen2");
        Refuses(model with { Seed = 2 }, Options, "weights is ");
        Refuses(model, Options with { Rope = new RopeOverrides { FrequencyBase = 12345 } }, "forward pass is ");
        Refuses(model, Options with { KeyCache = CacheType.F16 }, "type of keys is f32, not f16");
        Refuses(model, Options with { ContextSize = Length - 1 }, "has 100 tokens, but the context has room for 99 (-c)");

        void Refuses(TinyModel other, LlamaModelOptions options, string reason)
        {
            using var loader = new TinyRunner(other, options);
            Assert.That(() => SequenceFile.Load(path, loader.Runner), Refusal(reason));
        }
    }

    [Test]
    public void EveryTruncationIsRefused()
    {
        byte[] whole = File.ReadAllBytes(Save(Hybrid));
        using var runner = new TinyRunner(Hybrid, Options);
        for (int length = 0; length < whole.Length; length += length < 2000 ? 1 : 997)
            Assert.That(() => Read(runner, whole[..length]), Refusal("ends too early"), $"{length} bytes");
        Assert.That(() => Read(runner, [.. whole, 0]), Refusal("goes on after its end"));
        PrefillWays.AssertEmpty(runner.Runner.Cache);
    }

    [Test]
    public void EveryChangedByteIsRefused()
    {
        byte[] whole = File.ReadAllBytes(Save(Hybrid));
        using var runner = new TinyRunner(Hybrid, Options);
        var random = new Random(1);
        for (int i = 0; i < 1500; i++)
        {
            byte[] mutant = [.. whole];
            mutant[i < 1000 ? i % whole.Length : random.Next(whole.Length)] ^= (byte)random.Next(1, 256);
            Assert.That(() => Read(runner, mutant), Throws.InstanceOf<ModelException>().With.Message.Match(@"^file: [^\r\n]+$"), $"mutant {i}");
        }
        PrefillWays.AssertEmpty(runner.Runner.Cache);
    }

    /// <summary>Lies under a right checksum.</summary>
    [TestCase(0, int.MaxValue, "has 2147483647 tokens, but the context has room for 256")]
    [TestCase(0, -1, "says that it has -1 tokens")]
    [TestCase(1, -2, "has the token -2")]
    [TestCase(1, 1 << 20, "has the token 1048576")]
    [TestCase(101, 3, "has 3 block tables, not 2")]
    [TestCase(102, 62, "has positions 62 to 100 in block table 0")]
    [TestCase(102, -1, "has positions -1 to 100 in block table 0")]
    [TestCase(103, 99, "has positions 61 to 99 in block table 0")]
    [TestCase(103, int.MaxValue, "has positions 61 to 2147483647")]
    [TestCase(103, int.MinValue, "has positions 61 to -2147483648")]
    [TestCase(104, 1, "has positions 1 to 100 in block table 1")]
    [TestCase(106, 0, "says 0 where 1 would say that it has recurrent states")]
    [TestCase(106, 7, "says 7 where 1 would say that it has recurrent states")]
    public void LiesInTheHeaderAreRefused(int word, int value, string reason)
    {
        byte[] file = File.ReadAllBytes(Save(Hybrid));
        using var runner = new TinyRunner(Hybrid, Options);
        int tokens = TokensOffset(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(tokens + (word * sizeof(int))), value);
        SHA256.HashData(file.AsSpan(0, file.Length - 32), file.AsSpan(file.Length - 32));
        Assert.That(() => Read(runner, file), Refusal(reason));
        PrefillWays.AssertEmpty(runner.Runner.Cache);
    }

    [Test]
    public void WhatIsNoStateFileIsRefused()
    {
        using var runner = new TinyRunner(Hybrid, Options);
        Assert.That(() => Read(runner, "GGUF1234 and more of it"u8.ToArray()), Refusal("is no state file"));
        Assert.That(() => Read(runner, [.. SequenceFile.Magic, 2, 0, 0, 0]), Refusal("is a state file of version 2; 1 is known"));
        Assert.That(() => SequenceFile.Load(_folder.File("absent"), runner.Runner), Refusal("cannot be read", _folder.File("absent")));
        Assert.That(() => SequenceFile.Load(_folder.Path, runner.Runner), Refusal("cannot be read", _folder.Path));
    }

    [Test]
    public void TextOfAFileCannotReachTheTerminal()
    {
        using var runner = new TinyRunner(Hybrid, Options);
        byte[] file = [.. SequenceFile.Magic, 1, 0, 0, 0, 9, 0, 0, 0, 3, 0, .. "\u001b[2"u8, 1, 0, .. "\n"u8];
        Assert.That(() => Read(runner, file), Refusal("it has \uFFFD[2 \uFFFD where this one has architecture llama"));
        byte[] longText = [.. SequenceFile.Magic, 1, 0, 0, 0, 9, 0, 0, 0, 0xff, 0xff];
        Assert.That(() => Read(runner, longText), Refusal("has a text of 65535 bytes"));
    }

    [Test]
    public void FailureLeavesTheFileThatWasThere()
    {
        using var runner = new TinyRunner(Hybrid, Options);
        using Sequence sequence = runner.NewSequence();
        Assert.That(() => SequenceFile.Save(_folder.File("x"), runner.Runner, sequence, Tokens), Throws.ArgumentException, "tokens of another number");
        Assert.That(() => SequenceFile.Save(_folder.File("absent/x"), runner.Runner, sequence, []), Throws.InstanceOf<GgufException>().With.Message.StartsWith(_folder.File("absent/x")));
        Assert.That(Directory.GetFiles(_folder.Path, "*.part"), Is.Empty);
    }

    [Test]
    public void CacheWithoutRoomIsNoFaultOfTheFile()
    {
        string path = Save(Hybrid);
        using var runner = new TinyRunner(Hybrid, Options);
        using Sequence running = runner.NewSequence();
        runner.Append(running, TinyVocabulary.RandomTokens(new Random(2), 200));
        Assert.That(() => SequenceFile.Load(path, runner.Runner), Throws.InstanceOf<CacheFullException>());
        running.Dispose();
        PrefillWays.AssertEmpty(runner.Runner.Cache);
    }

    private static IResolveConstraint Refusal(string reason, string name = "") =>
        Throws.InstanceOf<ModelException>().With.Message.Match(@"^[^\r\n]+$").And.Message.StartsWith(name).And.Message.Contains(reason);

    private string Save(TinyMixture model)
    {
        using var runner = new TinyRunner(model, Options);
        return SaveFrom(runner, model.Layers);
    }

    private string SaveFrom(TinyRunner runner, string name)
    {
        using Sequence sequence = runner.NewSequence();
        runner.Append(sequence, Tokens.AsSpan(0, Length));
        SequenceFile.Save(_folder.File(name), runner.Runner, sequence, Tokens.AsSpan(0, Length));
        return _folder.File(name);
    }

    private static void Read(TinyRunner runner, byte[] file) => SequenceReader.Read(new MemoryStream(file), "file", runner.Runner).Sequence.Dispose();

    /// <summary>Where the number of tokens stands: behind the fingerprint.</summary>
    private static int TokensOffset(byte[] file)
    {
        int at = SequenceFile.Magic.Length + sizeof(int);
        int texts = 2 * BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));
        at += sizeof(int);
        for (int i = 0; i < texts; i++)
            at += sizeof(ushort) + BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));
        return at;
    }
}
