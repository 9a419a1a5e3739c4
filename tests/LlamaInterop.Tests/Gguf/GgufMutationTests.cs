using System.Diagnostics;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

/// <summary>Thousands of damaged files: each opens and reads, or is refused in one line, quickly and in little memory.</summary>
internal sealed class GgufMutationTests
{
    private const int Seed = 20_26_11;
    private const long MaxAllocatedBytes = 4 << 20;

    [Test]
    public void EveryMutantOpensOrIsRefusedInOneLine()
    {
        int count = GgufMutationRun.DefaultCount;
        var result = GgufMutationRun.Run(Seed, count, OpenAndRead);
        TestContext.Out.WriteLine($"seed {Seed}: {count} mutants, {result.PastHeader} past the header, {result.Opened} open; "
            + $"slowest {result.Slowest.TotalMilliseconds:F0} ms, most allocated {result.MostAllocated} bytes, "
            + $"peak memory of the test process {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
        foreach (var (check, refused) in result.Refusals)
            TestContext.Out.WriteLine($"{refused,6} {check}");
        var checks = Enum.GetValues<GgufCheck>().Except(GgufAimedMutants.OutOfReach).Select(check => check.ToString());
        Assert.That(checks.Except(result.Refusals.Keys), Is.Empty, "checks that no mutant ran into");
        Assert.That(result.PastHeader, Is.GreaterThanOrEqualTo(count / 2));
        Assert.That(result.Opened, Is.GreaterThan(count / 20), "damage that does not matter is let pass");
        Assert.That(result.MostAllocated, Is.LessThan(MaxAllocatedBytes));
    }

    [Test]
    public void AimedMutantsAreRefusedByTheirCheck()
    {
        using var folder = new TemporaryFolder();
        foreach (var (check, make) in GgufAimedMutants.All)
            Assert.That(Assert.Throws<GgufException>(() => OpenAndRead(make(folder)))!.Check, Is.EqualTo(check));
    }

    [Test]
    public void AMutantIsTheSameWheneverItIsMade()
    {
        using var folder = new TemporaryFolder();
        GgufMutator one = new(7), other = new(7);
        for (int number = GgufMutator.AimedCount; number < GgufMutator.AimedCount + 50; number++)
        {
            var (path, damage) = one.Make(number, folder);
            byte[] bytes = File.ReadAllBytes(path);
            Assert.That(other.Make(number, folder), Is.EqualTo((path, damage)));
            Assert.That(File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes), damage);
        }
    }

    /// <summary>Opens a file and reads all of it, as a loader would: the keys that it needs, then every tensor both ways.</summary>
    private static void OpenAndRead(string path)
    {
        using var file = GgufFile.Open(path);
        var metadata = file.Metadata;
        foreach (var (_, value) in metadata)
            _ = value.ToString();
        if (metadata.Contains("general.architecture") && metadata.GetString("general.architecture") == "llama")
            ReadHyperParameters(metadata);
        foreach (var tensor in file.Tensors)
            ReadBothWays(file, tensor);
    }

    private static void ReadHyperParameters(GgufMetadata metadata)
    {
        string[] integers = ["context_length", "embedding_length", "block_count", "feed_forward_length", "attention.head_count"];
        foreach (string key in integers)
            metadata.GetInt32($"llama.{key}");
        metadata.GetFloat("llama.attention.layer_norm_rms_epsilon");
        metadata.GetFloatOrDefault("llama.rope.freq_base", 10000);
        if (!metadata.Contains("tokenizer.ggml.model"))
            return;
        metadata.GetString("tokenizer.ggml.model");
        metadata.GetStringArray("tokenizer.ggml.tokens");
        metadata.GetFloatArray("tokenizer.ggml.scores");
        metadata.GetInt32Array("tokenizer.ggml.token_type");
        metadata.GetUInt32("tokenizer.ggml.bos_token_id");
        metadata.GetBoolOrDefault("tokenizer.ggml.add_bos_token", true);
    }

    private static void ReadBothWays(GgufFile file, GgufTensorInfo tensor)
    {
        var read = new byte[Math.Min(tensor.ByteLength, 4096)];
        for (long offset = 0; offset < tensor.ByteLength; offset += read.Length)
        {
            var chunk = read.AsSpan(0, (int)Math.Min(read.Length, tensor.ByteLength - offset));
            file.ReadTensor(tensor, chunk, offset);
            if (!file.TensorSpan(tensor).Slice((int)offset, chunk.Length).SequenceEqual(chunk))
                throw new InvalidOperationException($"tensor '{tensor.Name}' reads otherwise than it is mapped");
        }
    }
}
