using System.Runtime.InteropServices;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

/// <summary>Small files made in code, each of them valid.</summary>
internal static class GgufSamples
{
    public const int Width = 32;
    public const int FeedForward = 64;
    public const int Vocabulary = 64;

    private static readonly (string Name, GgufTensorType Type, long[] Dimensions)[] s_weights =
    [
        ("token_embd.weight", GgufTensorType.F16, [Width, Vocabulary]),
        ("blk.0.attn_norm.weight", GgufTensorType.F32, [Width]),
        ("blk.0.attn_q.weight", GgufTensorType.Q8_0, [Width, Width]),
        ("blk.0.attn_k.weight", GgufTensorType.Q4_0, [Width, Width / 2]),
        ("blk.0.attn_v.weight", GgufTensorType.F32, [Width, Width / 2]),
        ("blk.0.attn_output.weight", GgufTensorType.Q8_0, [Width, Width]),
        ("blk.0.ffn_norm.weight", GgufTensorType.F32, [Width]),
        ("blk.0.ffn_gate.weight", GgufTensorType.Q4_0, [Width, FeedForward]),
        ("blk.0.ffn_up.weight", GgufTensorType.F16, [Width, FeedForward]),
        ("blk.0.ffn_down.weight", GgufTensorType.F32, [FeedForward, Width]),
        ("output_norm.weight", GgufTensorType.F32, [Width]),
        ("output.weight", GgufTensorType.Q8_0, [Width, Vocabulary]),
    ];

    /// <summary>A Llama of one layer with random weights of several types and an SPM vocabulary of single letters.</summary>
    public static GgufWriter Llama(int seed = 1)
    {
        var writer = new GgufWriter();
        SetLlamaMetadata(writer);
        SetVocabulary(writer);
        AddWeights(writer, new Random(seed), s_weights);
        return writer;
    }

    /// <summary>Every metadata type and one tensor of every type, aligned to 64 bytes.</summary>
    public static GgufWriter EveryType()
    {
        var writer = new GgufWriter();
        writer.Set("general.alignment", GgufValue.From(64u));
        foreach (var (key, value) in EveryValue())
            writer.Set(key, value);
        var random = new Random(2);
        foreach (var type in GgufTensorTypes.All)
        {
            var data = new byte[GgufTensorTypes.BlockBytes(type) * 3 * 2];
            random.NextBytes(data);
            writer.AddTensor($"of.{type}", type, [GgufTensorTypes.BlockLength(type), 3, 1, 2], data);
        }
        return writer;
    }

    public static IEnumerable<(string Key, GgufValue Value)> EveryValue() =>
    [
        ("scalar.uint8", GgufValue.From(byte.MaxValue)),
        ("scalar.int8", GgufValue.From(sbyte.MinValue)),
        ("scalar.uint16", GgufValue.From(ushort.MaxValue)),
        ("scalar.int16", GgufValue.From(short.MinValue)),
        ("scalar.uint32", GgufValue.From(uint.MaxValue)),
        ("scalar.int32", GgufValue.From(int.MinValue)),
        ("scalar.uint64", GgufValue.From(ulong.MaxValue)),
        ("scalar.int64", GgufValue.From(long.MinValue)),
        ("scalar.float32", GgufValue.From(-1.5e-38f)),
        ("scalar.float64", GgufValue.From(Math.PI)),
        ("scalar.bool", GgufValue.From(true)),
        ("scalar.string", GgufValue.From("größer, 大きい, 🦙")),
        ("scalar.empty", GgufValue.From("")),
        ("scalar.notutf8", GgufValue.FromUtf8([0xFF, 0x41])),
        ("array.uint8", GgufValue.FromArray<byte>([0, 1, 255])),
        ("array.int8", GgufValue.FromArray<sbyte>([-128, 0, 127])),
        ("array.uint16", GgufValue.FromArray<ushort>([0, 65535])),
        ("array.int16", GgufValue.FromArray<short>([-32768, 32767])),
        ("array.uint32", GgufValue.FromArray<uint>([0, uint.MaxValue])),
        ("array.int32", GgufValue.FromArray([int.MinValue, 0, int.MaxValue])),
        ("array.uint64", GgufValue.FromArray([ulong.MaxValue])),
        ("array.int64", GgufValue.FromArray([long.MinValue, long.MaxValue])),
        ("array.float32", GgufValue.FromArray([0f, -0f, float.NaN, float.PositiveInfinity])),
        ("array.float64", GgufValue.FromArray([1e300, -1e-300])),
        ("array.bool", GgufValue.FromArray([true, false, true])),
        ("array.string", GgufValue.FromArray(["", "a", "größer"])),
        ("array.bytes", GgufValue.FromArray(new GgufStringArray(new byte[][] { [0xC3], [0xA4, 0x80], [] }))),
        ("array.empty", GgufValue.FromArray<float>([])),
        ("array.array", GgufValue.FromArrays([GgufValue.FromArray([1, 2]), GgufValue.FromArray(["x"]), GgufValue.FromArrays([GgufValue.FromArray([true])])])),
    ];

    /// <summary>The same Llama in three parts, the first without tensors.</summary>
    public static GgufWriter[] Split()
    {
        var parts = new GgufWriter[3];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = new GgufWriter();
            parts[i].Set("split.no", GgufValue.From((ushort)i));
            parts[i].Set("split.count", GgufValue.From((ushort)parts.Length));
            parts[i].Set("split.tensors.count", GgufValue.From(s_weights.Length));
        }
        SetLlamaMetadata(parts[0]);
        SetVocabulary(parts[0]);
        var random = new Random(3);
        AddWeights(parts[1], random, s_weights.AsSpan(..5));
        AddWeights(parts[2], random, s_weights.AsSpan(5..));
        return parts;
    }

    /// <summary>The name of a part of a split model, counted from 1.</summary>
    public static string PartName(int part, int count = 3) => $"model-{part:D5}-of-{count:D5}.gguf";

    public static GgufImage Image(GgufWriter writer)
    {
        using var folder = new TemporaryFolder();
        writer.Write(folder.File("image.gguf"));
        return new(File.ReadAllBytes(folder.File("image.gguf")));
    }

    private static void SetLlamaMetadata(GgufWriter writer)
    {
        writer.Set("general.architecture", GgufValue.From("llama"));
        writer.Set("general.name", GgufValue.From("sample"));
        writer.Set("general.file_type", GgufValue.From(1u));
        writer.Set("llama.context_length", GgufValue.From(64u));
        writer.Set("llama.embedding_length", GgufValue.From((uint)Width));
        writer.Set("llama.block_count", GgufValue.From(1u));
        writer.Set("llama.feed_forward_length", GgufValue.From((uint)FeedForward));
        writer.Set("llama.attention.head_count", GgufValue.From(4u));
        writer.Set("llama.attention.head_count_kv", GgufValue.From(2u));
        writer.Set("llama.attention.layer_norm_rms_epsilon", GgufValue.From(1e-5f));
        writer.Set("llama.rope.dimension_count", GgufValue.From(8u));
        writer.Set("llama.rope.freq_base", GgufValue.From(10000f));
        writer.Set("llama.vocab_size", GgufValue.From((uint)Vocabulary));
    }

    private static void SetVocabulary(GgufWriter writer)
    {
        const int Unknown = 2, Control = 3, Normal = 1;
        string[] tokens = ["<unk>", "<s>", "</s>", "\u2581", .. Enumerable.Range('A', Vocabulary - 4).Select(letter => $"{(char)letter}")];
        writer.Set("tokenizer.ggml.model", GgufValue.From("llama"));
        writer.Set("tokenizer.ggml.tokens", GgufValue.FromArray(tokens));
        writer.Set("tokenizer.ggml.scores", GgufValue.FromArray(Array.ConvertAll(tokens, token => -(float)token.Length)));
        writer.Set("tokenizer.ggml.token_type", GgufValue.FromArray(tokens.Select((_, id) => id == 0 ? Unknown : id < 3 ? Control : Normal).ToArray()));
        writer.Set("tokenizer.ggml.bos_token_id", GgufValue.From(1u));
        writer.Set("tokenizer.ggml.eos_token_id", GgufValue.From(2u));
        writer.Set("tokenizer.ggml.unknown_token_id", GgufValue.From(0u));
        writer.Set("tokenizer.ggml.add_bos_token", GgufValue.From(true));
    }

    private static void AddWeights(GgufWriter writer, Random random, ReadOnlySpan<(string Name, GgufTensorType Type, long[] Dimensions)> weights)
    {
        foreach (var (name, type, dimensions) in weights)
            writer.AddTensor(name, type, dimensions, RandomData(random, type, dimensions));
    }

    private static byte[] RandomData(Random random, GgufTensorType type, long[] dimensions)
    {
        long elements = dimensions.Aggregate((product, dimension) => product * dimension);
        var data = new byte[GgufTensorTypes.ByteLength(type, elements)];
        if (type == GgufTensorType.F32)
            FillWith(MemoryMarshal.Cast<byte, float>(data.AsSpan()), () => random.NextSingle() - 0.5f);
        else if (type == GgufTensorType.F16)
            FillWith(MemoryMarshal.Cast<byte, Half>(data.AsSpan()), () => (Half)(random.NextSingle() - 0.5f));
        else
            FillBlocks(data, random, GgufTensorTypes.BlockBytes(type));
        return data;
    }

    private static void FillWith<T>(Span<T> values, Func<T> next)
    {
        foreach (ref var value in values)
            value = next();
    }

    /// <summary>Blocks of random integers behind a small F16 scale, as Q4_0 and Q8_0 have them.</summary>
    private static void FillBlocks(byte[] data, Random random, int blockBytes)
    {
        random.NextBytes(data);
        for (int i = 0; i < data.Length; i += blockBytes)
            MemoryMarshal.Write(data.AsSpan(i), (Half)0.01f);
    }
}
