using System.Collections.Immutable;
using LlamaInterop.Gguf;

namespace LlamaInterop.Import.Ggml;

/// <summary>
/// A Llama model as llama.cpp's files were before GGUF, from March to August 2023: GGML without a version, GGMF, GGJT v1 to v3. The header
/// is followed by the vocabulary and the tensors, each with its own header; names are Meta's.
/// </summary>
internal sealed class GgmlCheckpoint : Checkpoint
{
    private const int MaxNameBytes = 256, MaxDimensions = 4, Alignment = 32;
    private const uint F32 = 0, F16 = 1;

    /// <summary>Types that did not live, or whose blocks GGJT v2 changed, by their numbers.</summary>
    private static readonly string?[] OtherTypes = [null, null, null, null, "Q4_2", "Q4_3", "Q5_0", "Q5_1", null, "Q8_1"];

    /// <summary>Types whose blocks are GGUF's; they came with GGJT v3.</summary>
    private static readonly GgufTensorType[] KTypes = [GgufTensorType.Q2_K, GgufTensorType.Q3_K, GgufTensorType.Q4_K, GgufTensorType.Q5_K, GgufTensorType.Q6_K];

    private readonly SourceFile _file;
    private readonly List<SourceTensor> _tensors = [];

    private GgmlCheckpoint(SourceFile file)
    {
        _file = file;
        var cursor = new SourceCursor(file, 0, file.Length);
        Header = GgmlHeader.Read(cursor);
        Vocabulary = GgmlVocabulary.Read(cursor, Header);
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (cursor.Remaining > 0)
        {
            _tensors.Add(ReadTensor(cursor));
            if (!names.Add(_tensors[^1].Name))
                throw file.Refuse(ImportCheck.DuplicateTensor, $"tensor '{_tensors[^1].Name}' is there twice");
        }
    }

    public override string Path => _file.Path;

    public GgmlHeader Header { get; }

    public GgmlVocabulary Vocabulary { get; }

    public override IReadOnlyList<SourceTensor> Tensors => _tensors;

    /// <summary>Opens a file, or returns null where it is of another format.</summary>
    /// <exception cref="ImportException">It is of this format, but malformed, or of a type that is not read.</exception>
    public static GgmlCheckpoint? Open(string path)
    {
        var file = SourceFile.Open(path);
        try
        {
            if (GgmlHeader.Recognizes(file))
                return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        file.Dispose();
        return null;
    }

    public override void Dispose() => _file.Dispose();

    private SourceTensor ReadTensor(SourceCursor cursor)
    {
        const string what = "the header of a tensor";
        uint rank = cursor.ReadUInt32(what), nameLength = cursor.ReadUInt32(what), type = cursor.ReadUInt32(what);
        if (rank is 0 or > MaxDimensions || nameLength is 0 or > MaxNameBytes)
            throw _file.Refuse(ImportCheck.Shape, $"tensor {_tensors.Count} has {rank} dimensions and a name of {nameLength} bytes, which cannot be");
        ImmutableArray<long> shape = [.. Enumerable.Range(0, (int)rank).Select(_ => (long)cursor.ReadUInt32(what)).Reverse()];
        string name = cursor.ReadText(nameLength, MaxNameBytes, "the name of a tensor");
        if (Header.Format == GgmlFormat.GGJT)
            cursor.Skip((Alignment - (cursor.Position % Alignment)) % Alignment, "what fills up to a tensor");
        Int128 elements = shape.Aggregate((Int128)1, (product, size) => product * size);
        if (elements < 1 || elements > cursor.Remaining * 8)
            throw _file.Refuse(ImportCheck.TensorBounds, $"tensor '{name}' of [{string.Join(", ", shape)}] is not in the {cursor.Remaining} bytes that are left");
        SourceTensor tensor = Open(cursor, type, name, shape, (long)elements, out long bytes);
        cursor.Skip(bytes, $"tensor '{name}'");
        return tensor;
    }

    private SourceTensor Open(SourceCursor cursor, uint type, string name, ImmutableArray<long> shape, long elements, out long bytes)
    {
        if (type is F32 or F16)
        {
            var stored = type == F32 ? SourceType.F32 : SourceType.F16;
            bytes = elements * SourceTypes.Size(stored);
            return new StoredTensor(_file, cursor.Position, name, stored, shape);
        }
        if (Header is { Format: GgmlFormat.GGJT, Version: 3 } && KTypes.Contains((GgufTensorType)type))
        {
            RefuseRows(name, shape, GgufTensorTypes.BlockLength((GgufTensorType)type));
            bytes = GgufTensorTypes.ByteLength((GgufTensorType)type, elements);
            return new GgufBlockTensor(_file, cursor.Position, (GgufTensorType)type, name, shape);
        }
        if (GgmlBlocks.Of(Header, type) is not { } blocks)
        {
            string known = type < OtherTypes.Length && OtherTypes[type] is { } other ? other : $"type {type}";
            throw _file.Refuse(ImportCheck.TensorType, $"tensor '{name}' is {known} in a {Header.Name} file, which is not read");
        }
        RefuseRows(name, shape, GgmlBlocks.Length);
        bytes = elements / GgmlBlocks.Length * blocks.Bytes;
        return new GgmlBlockTensor(_file, cursor.Position, blocks, name, shape);
    }

    private void RefuseRows(string name, ImmutableArray<long> shape, int block)
    {
        if (shape[^1] % block != 0)
            throw _file.Refuse(ImportCheck.Shape, $"tensor '{name}' has rows of {shape[^1]} elements, not a multiple of {block}");
    }
}
