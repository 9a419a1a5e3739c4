using System.Globalization;
using LlamaInterop.Gguf;
using LlamaInterop.Import;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Tools;

/// <summary>The keys of a converted file: the model's name and sizes, its hyper-parameters, its tokenizer.</summary>
internal static class ConvertedMetadata
{
    private const uint QuantizationVersion = 2;

    /// <exception cref="ImportException">There is no tokenizer, or it is malformed.</exception>
    public static GgufWriter Of(ImportedModel model, ConvertType type, IReadOnlyList<PlannedOutput> plan, ConvertOptions options, List<string> warnings)
    {
        var writer = new GgufWriter();
        SetGeneral(writer, model.Map.Architecture, options.ModelName ?? model.Name);
        writer.Set("general.size_label", GgufValue.From(SizeLabel(plan)));
        foreach ((string key, GgufValue value) in model.Map.Keys.Values)
            writer.Set(key, value);
        foreach (NumberRule rule in model.Map.Numbers)
            writer.Set(rule.Key, GgufValue.FromArray(ReadNumbers(model, rule)));
        writer.Set("general.file_type", GgufValue.From(FileTypeOf(type)));
        writer.Set("general.quantization_version", GgufValue.From(QuantizationVersion));
        WriteTokenizer(writer, model, RowsOfTable(model, plan), options, warnings);
        if (plan.FirstOrDefault(tensor => tensor.Info.Name == "token_types.weight") is { } types)
            writer.Set("tokenizer.ggml.token_type_count", GgufValue.From((uint)types.Source.RowCount));
        return writer;
    }

    /// <summary>What every file says of itself.</summary>
    public static void SetGeneral(GgufWriter writer, string architecture, string name)
    {
        writer.Set("general.architecture", GgufValue.From(architecture));
        writer.Set("general.type", GgufValue.From("model"));
        writer.Set("general.name", GgufValue.From(name));
    }

    /// <summary>The one element of a tensor of each layer.</summary>
    private static float[] ReadNumbers(ImportedModel model, NumberRule rule)
    {
        Checkpoint checkpoint = model.Checkpoint;
        return [.. rule.Resolve(model.Map, checkpoint.Path, checkpoint.Tensors.Select(tensor => tensor.Name)).Select(Read)];

        float Read(string name)
        {
            if (!checkpoint.TryGet(name, out SourceTensor? tensor) || tensor.ElementCount != 1)
                throw new ImportException(ImportCheck.Shape, checkpoint.Path, $"tensor '{name}' must have one element, which becomes {rule.Key}");
            float value = 0;
            tensor.ReadRows(0, new Span<float>(ref value));
            return value;
        }
    }

    private static void WriteTokenizer(GgufWriter writer, ImportedModel model, int rows, ConvertOptions options, List<string> warnings)
    {
        if (options.NoVocabulary)
        {
            writer.Set("tokenizer.ggml.model", GgufValue.From("none"));
            writer.Set($"{model.Map.Architecture}.vocab_size", GgufValue.From((uint)rows));
            return;
        }
        WriteTokenizer write = model.Tokenizer
            ?? throw new ImportException(ImportCheck.File, model.Checkpoint.Path, "has no tokenizer beside it (--no-vocab converts the weights alone)");
        write(rows, writer, warnings);
    }

    private static int RowsOfTable(ImportedModel model, IReadOnlyList<PlannedOutput> plan)
    {
        long rows = plan.FirstOrDefault(tensor => tensor.Info.Name == "token_embd.weight")?.Source.RowCount
            ?? throw new ImportException(ImportCheck.MissingTensor, model.Checkpoint.Path, "has no token table");
        return rows <= int.MaxValue ? (int)rows : throw new ImportException(ImportCheck.Limit, model.Checkpoint.Path, $"has a token table of {rows} rows");
    }

    /// <summary>"135M" or, of experts, "8x7B", where the second is a model with one expert of each layer.</summary>
    private static string SizeLabel(IReadOnlyList<PlannedOutput> plan)
    {
        PlannedOutput[] experts = [.. plan.Where(tensor => tensor.Info.Name.Contains("_exps.", StringComparison.Ordinal))];
        long count = experts.Select(tensor => tensor.Info.Dimensions[^1]).DefaultIfEmpty().Max();
        long all = plan.Sum(tensor => tensor.Info.ElementCount), ofExperts = experts.Sum(tensor => tensor.Info.ElementCount);
        return count == 0 ? Rounded(all) : $"{count}x{Rounded(all - ofExperts + (ofExperts / count))}";
    }

    /// <summary>Two digits at least: "1.3B", "13B", "260K".</summary>
    private static string Rounded(long count)
    {
        (double unit, string suffix) = count > 1e12 ? (1e12, "T") : count > 1e9 ? (1e9, "B") : count > 1e6 ? (1e6, "M") : (1e3, "K");
        double size = count / unit;
        return size.ToString(size < 9.5 ? "0.0" : "0", CultureInfo.InvariantCulture) + suffix;
    }

    /// <summary>llama.cpp's <c>llama_ftype</c>.</summary>
    private static uint FileTypeOf(ConvertType type) => type switch
    {
        ConvertType.F32 => 0,
        ConvertType.F16 => 1,
        ConvertType.Q8_0 => 7,
        ConvertType.BF16 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
