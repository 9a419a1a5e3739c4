using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace LlamaInterop.Import.Safetensors;

/// <summary>
/// The header of a safetensors file (github.com/huggingface/safetensors): a length, a JSON object that gives each tensor's type, shape and
/// place, and the data, which the tensors must fill without gap or overlap.
/// </summary>
internal static class SafetensorsHeader
{
    private const int LengthBytes = 8;
    private const int MaxBytes = 100_000_000;
    private const int MaxRank = 8;
    private const string MetadataKey = "__metadata__";

    private static readonly (string Name, SourceType Type)[] Types =
    [
        ("F64", SourceType.F64),
        ("F32", SourceType.F32),
        ("F16", SourceType.F16),
        ("BF16", SourceType.BF16),
        ("F8_E4M3", SourceType.F8E4M3),
        ("F8_E5M2", SourceType.F8E5M2),
        ("I64", SourceType.I64),
        ("I32", SourceType.I32),
        ("U32", SourceType.U32),
        ("I16", SourceType.I16),
        ("I8", SourceType.I8),
        ("U8", SourceType.U8),
        ("BOOL", SourceType.Bool),
    ];

    /// <summary>The file's tensors, in the order of their data.</summary>
    /// <exception cref="ImportException">The header is malformed, or does not describe the data.</exception>
    public static List<SourceTensor> Read(SourceFile file)
    {
        int length = ReadLength(file);
        byte[] json = new byte[length];
        file.Read(LengthBytes, json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return ReadTensors(file, document.RootElement, LengthBytes + length);
        }
        catch (JsonException error)
        {
            throw new ImportException(ImportCheck.Json, file.Path, $"the header is no JSON: {error.Message}", error);
        }
        catch (InvalidOperationException error)
        {
            throw new ImportException(ImportCheck.TextEncoding, file.Path, "the header has a text that is not UTF-8", error);
        }
    }

    private static int ReadLength(SourceFile file)
    {
        Span<byte> bytes = stackalloc byte[LengthBytes];
        file.Read(0, bytes);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (length > MaxBytes)
            throw file.Refuse(ImportCheck.Magic, $"is no safetensors file: its first 8 bytes would be a header of {length} bytes");
        return (long)length <= file.Length - LengthBytes ? (int)length
            : throw file.Refuse(ImportCheck.Truncated, $"ends at byte {file.Length}, inside its header of {length} bytes");
    }

    private static List<SourceTensor> ReadTensors(SourceFile file, JsonElement root, long dataStart)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw file.Refuse(ImportCheck.Json, "the header is no JSON object");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var tensors = new List<(long Begin, long End, SourceTensor Tensor)>();
        foreach (JsonProperty property in root.EnumerateObject().Where(property => property.Name != MetadataKey))
        {
            if (!names.Add(property.Name))
                throw file.Refuse(ImportCheck.DuplicateTensor, $"tensor '{property.Name}' is there twice");
            tensors.Add(ReadTensor(file, property.Name, property.Value, dataStart));
        }
        tensors.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        CheckLayout(file, tensors, file.Length - dataStart);
        return [.. tensors.Select(tensor => tensor.Tensor)];
    }

    private static (long Begin, long End, SourceTensor Tensor) ReadTensor(SourceFile file, string name, JsonElement value, long dataStart)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw file.Refuse(ImportCheck.Json, $"tensor '{name}' is described by no object");
        SourceType type = ReadType(file, name, value);
        ImmutableArray<long> shape = ReadNumbers(file, name, value, "shape");
        if (shape.Length > MaxRank)
            throw file.Refuse(ImportCheck.Shape, $"tensor '{name}' has {shape.Length} dimensions; {MaxRank} are the most");
        ImmutableArray<long> offsets = ReadNumbers(file, name, value, "data_offsets");
        if (offsets.Length != 2 || offsets[0] > offsets[1] || offsets[1] > file.Length - dataStart)
            throw file.Refuse(ImportCheck.TensorBounds, $"tensor '{name}' has data_offsets [{string.Join(", ", offsets)}], but there are {file.Length - dataStart} bytes of data");
        Int128 bytes = SourceTypes.Size(type);
        foreach (long size in shape)
            bytes = bytes * size is var product && product <= long.MaxValue ? product : throw file.Refuse(ImportCheck.Shape, $"tensor '{name}' has more bytes than 2^63 - 1");
        return bytes == offsets[1] - offsets[0] ? (offsets[0], offsets[1], new StoredTensor(file, dataStart + offsets[0], name, type, shape))
            : throw file.Refuse(ImportCheck.Shape, $"tensor '{name}' has {offsets[1] - offsets[0]} bytes of data, but its type and shape take {bytes}");
    }

    private static SourceType ReadType(SourceFile file, string name, JsonElement value)
    {
        string? stated = value.TryGetProperty("dtype", out JsonElement type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;
        int row = Array.FindIndex(Types, row => row.Name == stated);
        return row >= 0 ? Types[row].Type : throw file.Refuse(ImportCheck.TensorType, $"tensor '{name}' has the type {stated ?? "(none)"}, which is not read");
    }

    private static ImmutableArray<long> ReadNumbers(SourceFile file, string name, JsonElement value, string key)
    {
        if (!value.TryGetProperty(key, out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            throw file.Refuse(ImportCheck.Json, $"tensor '{name}' has no {key}");
        return [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out long number) && number >= 0 ? number
            : throw file.Refuse(ImportCheck.Number, $"tensor '{name}' has a {key} that is no list of whole numbers from 0 on"))];
    }

    private static void CheckLayout(SourceFile file, List<(long Begin, long End, SourceTensor Tensor)> tensors, long dataLength)
    {
        long end = 0;
        foreach (var tensor in tensors)
        {
            if (tensor.Begin != end)
                throw file.Refuse(ImportCheck.TensorBounds, $"tensor '{tensor.Tensor.Name}' begins at byte {tensor.Begin} of the data, but {end} is where it must");
            end = tensor.End;
        }
        if (end != dataLength)
            throw file.Refuse(ImportCheck.TensorBounds, $"there are {dataLength} bytes of data, but the tensors take {end}");
    }
}
