using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>The metadata of a quantized model: the input's, then what has changed, in the order in which llama.cpp writes it.</summary>
internal static class QuantizedMetadata
{
    private const uint QuantizationVersion = 2;

    /// <exception cref="QuantizeException">An override's value cannot be stored.</exception>
    public static OrderedDictionary<string, GgufValue> Of(GgufMetadata input, QuantizeOptions options, ImportanceWeights? importance)
    {
        var values = new OrderedDictionary<string, GgufValue>(input);
        Append(values, "general.quantization_version", GgufValue.From(QuantizationVersion));
        if (options.Type != QuantizeType.Copy)
            Append(values, "general.file_type", GgufValue.From((uint)options.Type.FileType));
        else if (values.TryGetValue("general.file_type", out GgufValue? kept))
            Append(values, "general.file_type", kept);
        foreach (string key in values.Keys.Where(GgufSplit.IsSplitKey).ToList())
            values.Remove(key);
        foreach (var (key, value) in options.Overrides)
            Append(values, key, Narrow(key, value));
        if (importance is not null)
            AppendImportance(values, options.ImportanceFile ?? "", importance);
        return values;
    }

    /// <summary>Sets a key, which thereby becomes the last.</summary>
    public static void Append(OrderedDictionary<string, GgufValue> values, string key, GgufValue value)
    {
        values.Remove(key);
        values.Add(key, value);
    }

    private static void AppendImportance(OrderedDictionary<string, GgufValue> values, string file, ImportanceWeights importance)
    {
        Append(values, "quantize.imatrix.file", GgufValue.From(file));
        if (importance.Matrix.Datasets.Count > 0)
            Append(values, "quantize.imatrix.dataset", GgufValue.From(importance.Matrix.Datasets[0]));
        Append(values, "quantize.imatrix.entries_count", GgufValue.From((uint)importance.Count));
        if (importance.Matrix.ChunkCount > 0)
            Append(values, "quantize.imatrix.chunks_count", GgufValue.From((uint)importance.Matrix.ChunkCount));
    }

    /// <summary>Hyper-parameters are 32 bits wide in files, whereas overrides are typed in 64.</summary>
    private static GgufValue Narrow(string key, GgufValue value)
    {
        if (value.Type == GgufValueType.Float64)
            return GgufValue.From(value.TryGetNumber(out double number) ? (float)number : 0);
        if (value.Type != GgufValueType.Int64)
            return value;
        _ = value.TryGetInteger(out Int128 integer);
        return Int128.Abs(integer) <= uint.MaxValue
            ? GgufValue.From((uint)Int128.Abs(integer))
            : throw new QuantizeException($"the override of key '{key}' is {integer}, which 32 bits do not hold");
    }
}
