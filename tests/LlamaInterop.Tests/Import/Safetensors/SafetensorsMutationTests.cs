using System.Text;
using LlamaInterop.Import;
using LlamaInterop.Import.Safetensors;

namespace LlamaInterop.Tests.Import.Safetensors;

/// <summary>Damaged safetensors files: each opens and reads, or is refused by a named check.</summary>
internal sealed class SafetensorsMutationTests
{
    private const int Seed = 20_26_11;

    private static readonly byte[] Whole = new SafetensorsImage()
        .Add<float>("model.embed_tokens.weight", "F32", [4, 8], new float[32])
        .Add<Half>("model.norm.weight", "F16", [8], new Half[8])
        .Add<byte>("model.layers.0.mask", "BOOL", [2, 2], new byte[4])
        .Bytes;

    /// <summary>Values that stand in a header in place of others.</summary>
    private static readonly string[] Hostile =
        ["-1", "0", "1e30", "9223372036854775807", "4294967296", "null", "\"F32\"", "\"BF16\"", "[]", "{}", "[0,0]", "[1,2,3,4,5,6,7,8,9]", "\"\\ud800\"", "true"];

    [Test]
    public void EveryMutantReadsOrIsRefused()
    {
        var outcomes = MutationRun.Run(Seed, "mutant.safetensors", Mutate, OpenAndRead);
        string[] reached = [.. new[] { ImportCheck.Json, ImportCheck.Magic, ImportCheck.Truncated, ImportCheck.Shape, ImportCheck.TensorBounds, ImportCheck.TensorType, ImportCheck.Number }.Select(check => check.ToString())];
        Assert.That(reached.Except(outcomes.Keys), Is.Empty, "checks that no mutant ran into");
        Assert.That(outcomes, Does.ContainKey("opened"), "damage that does not matter is let pass");
    }

    private static (byte[] Bytes, string Damage) Mutate(Random random) => random.Next(3) == 0 ? MutationRun.Damage(Whole, random) : MutateHeader(random);

    /// <summary>A number, or what stands between two commas, replaced; the length before the header is mended.</summary>
    private static (byte[] Bytes, string Damage) MutateHeader(Random random)
    {
        int length = (int)BitConverter.ToInt64(Whole);
        string header = Encoding.UTF8.GetString(Whole, 8, length);
        int[] starts = [.. Enumerable.Range(0, length - 1).Where(i => header[i] is ':' or ',' or '[')];
        int start = starts[random.Next(starts.Length)] + 1, end = header.IndexOfAny([',', ']', '}'], start);
        string value = Hostile[random.Next(Hostile.Length)];
        byte[] damaged = Encoding.UTF8.GetBytes($"{header.AsSpan(0, start)}{value}{header.AsSpan(end)}");
        return ([.. BitConverter.GetBytes((long)damaged.Length), .. damaged, .. Whole.AsSpan(8 + length)], $"{value} put in at {start} of the header");
    }

    private static void OpenAndRead(string path)
    {
        using var checkpoint = SafetensorsCheckpoint.Open(path, [path]);
        foreach (SourceTensor tensor in checkpoint.Tensors.Where(tensor => tensor.ElementCount > 0))
            tensor.ReadRows(0, new float[tensor.ElementCount]);
    }
}
