using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

/// <summary>One damaged file for each check that a file's content, name or place can run into.</summary>
internal static class GgufAimedMutants
{
    private static readonly GgufImage s_llama = GgufSamples.Image(GgufSamples.Llama());
    private static readonly GgufImage s_everyType = GgufSamples.Image(GgufSamples.EveryType());
    private static readonly GgufImage[] s_parts = Array.ConvertAll(GgufSamples.Split(), GgufSamples.Image);

    public static readonly (GgufCheck Check, Func<TemporaryFolder, string> Make)[] All =
    [
        (GgufCheck.File, folder => folder.Write("mutant.gguf", [])),
        (GgufCheck.File, folder => folder.Path),
        (GgufCheck.File, folder => folder.File("none.gguf")),
        Single(GgufCheck.Magic, s_llama.With(GgufField.Magic, 0x67676A74)),
        Single(GgufCheck.Version, s_llama.With(GgufField.Version, 1)),
        Single(GgufCheck.ByteOrder, s_llama.With(GgufField.Version, 0x03000000)),
        Single(GgufCheck.TensorCount, s_llama.With(GgufField.TensorCount, ulong.MaxValue)),
        Single(GgufCheck.MetadataCount, s_llama.With(GgufField.KeyCount, ulong.MaxValue)),
        (GgufCheck.Truncated, folder => folder.Write("mutant.gguf", s_llama.CutTo(s_llama.HeaderEnd - 1))),
        (GgufCheck.HeaderSize, MakeSparse),
        Single(GgufCheck.Key, s_llama.With(GgufField.KeyLength, 0)),
        Single(GgufCheck.DuplicateKey, s_everyType.With(s_everyType.Find(GgufField.Key, "scalar.uint16").Offset, "scalar.uint32"u8)),
        Single(GgufCheck.ValueType, s_llama.With(GgufField.ValueType, 13)),
        Single(GgufCheck.Boolean, s_llama.With(GgufField.Bool, 2)),
        Single(GgufCheck.StringLength, s_llama.With(GgufField.StringLength, 1UL << 40)),
        Single(GgufCheck.ArrayLength, s_llama.With(GgufField.ArrayLength, 1UL << 40)),
        (GgufCheck.ArrayNesting, MakeNested),
        Single(GgufCheck.Alignment, s_everyType.With(GgufField.Scalar, 0, "general.alignment")),
        Single(GgufCheck.TensorName, s_llama.With(GgufField.NameLength, 65)),
        Single(GgufCheck.DuplicateTensor, s_llama.With(s_llama.Find(GgufField.Name, "blk.0.attn_k.weight").Offset, "blk.0.attn_q.weight"u8)),
        Single(GgufCheck.DimensionCount, s_llama.With(GgufField.DimensionCount, 0)),
        Single(GgufCheck.Dimension, s_llama.With(GgufField.Dimension, 0)),
        Single(GgufCheck.ElementCount, s_llama.With(GgufField.Dimension, 1UL << 60)),
        Single(GgufCheck.TensorType, s_llama.With(GgufField.TensorType, 4)),
        Single(GgufCheck.RowLength, s_llama.With(GgufField.TensorType, (ulong)GgufTensorType.Q6_K)),
        Single(GgufCheck.TensorOffset, s_llama.With(GgufField.TensorOffset, 8)),
        Single(GgufCheck.TensorBounds, s_llama.With(GgufField.TensorOffset, 1UL << 40)),
        Single(GgufCheck.TensorOverlap, s_llama.With(GgufField.TensorOffset, 0, "output.weight")),
        Single(GgufCheck.SplitName, s_parts[0]),
        Split(GgufCheck.SplitPosition, opened: 2),
        Split(GgufCheck.SplitPart, opened: 1, missing: 3),
        Split(GgufCheck.SplitMismatch, opened: 1, doubled: 2),
        Single(GgufCheck.Missing, s_llama.With(s_llama.Find(GgufField.Key, "llama.block_count").Offset, "X"u8)),
        Single(GgufCheck.ValueKind, s_llama.With(GgufField.ValueType, (ulong)GgufValueType.Float32, "llama.block_count")),
        Single(GgufCheck.ValueRange, s_llama.With(GgufField.Scalar, uint.MaxValue, "llama.block_count")),
        Single(GgufCheck.TextEncoding, s_llama.With(s_llama.Find(GgufField.Text, "general.architecture").Offset, [0xFF])),
    ];

    /// <summary>Checks that no file can run into by what it holds when it is opened.</summary>
    public static readonly GgufCheck[] OutOfReach = [GgufCheck.Read, GgufCheck.Write];

    private static (GgufCheck, Func<TemporaryFolder, string>) Single(GgufCheck check, GgufImage image) =>
        (check, folder => folder.Write("mutant.gguf", image.Bytes));

    private static (GgufCheck, Func<TemporaryFolder, string>) Split(GgufCheck check, int opened, int missing = 0, int doubled = 0) =>
        (check, folder =>
        {
            for (int part = 1; part <= s_parts.Length; part++)
                folder.Write(GgufSamples.PartName(part), s_parts[part == doubled ? 0 : part - 1].Bytes);
            if (missing > 0)
                File.Delete(folder.File(GgufSamples.PartName(missing)));
            return folder.File(GgufSamples.PartName(opened));
        }
    );

    /// <summary>A file long enough for the 150 million elements that it claims, none of which is on the disk.</summary>
    private static string MakeSparse(TemporaryFolder folder)
    {
        string path = folder.Write("sparse.gguf", s_everyType.With(GgufField.ArrayLength, 150_000_000, "array.uint8").Bytes);
        using var file = new FileStream(path, FileMode.Open);
        file.SetLength(200_000_000);
        return path;
    }

    private static string MakeNested(TemporaryFolder folder)
    {
        var value = GgufValue.FromArray([1]);
        for (int i = 0; i < 10; i++)
            value = GgufValue.FromArrays([value]);
        var writer = new GgufWriter();
        writer.Set("nested", value);
        writer.Write(folder.File("nested.gguf"));
        return folder.File("nested.gguf");
    }
}
