using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>Decides which tensors are written, in which order and in which types.</summary>
internal sealed class QuantizePlanner
{
    private readonly QuantizeOptions _options;
    private readonly ImportanceWeights? _importance;
    private readonly Lazy<TensorTypeMix> _mix;
    private readonly List<Named> _tensors;

    private QuantizePlanner(IReadOnlyList<GgufTensorInfo> tensors, QuantizeOptions options, ImportanceWeights? importance, ModelTraits traits, LayerPruning pruning)
    {
        _options = options;
        _importance = importance;
        IEnumerable<GgufTensorInfo> ordered = options.KeepSplit ? tensors.OrderBy(Place) : InOrderOfLayers(tensors);
        _tensors = [.. from source in ordered let name = pruning.NewName(source.Name) where name is not null select new Named(name, source)];
        _mix = new(() => new TensorTypeMix(traits, options, importance is not null, [.. _tensors.Select(tensor => TensorCategories.Of(tensor.Name))]));
    }

    /// <exception cref="QuantizeException">Options and model do not go together.</exception>
    public static QuantizePlan Plan(IReadOnlyList<GgufTensorInfo> tensors, QuantizeOptions options, ImportanceWeights? importance, ModelTraits traits, LayerPruning pruning)
    {
        var planner = new QuantizePlanner(tensors, options, importance, traits, pruning);
        QuantizedTensor[] planned = [.. planner._tensors.Select(tensor => planner.Decide(tensor.Name, tensor.Source))];
        return new(planned, [.. planner.Warn(planned)]);
    }

    private static (int, long) Place(GgufTensorInfo tensor) => (tensor.PartIndex, tensor.FileOffset);

    /// <summary>llama.cpp's order: what is of no layer first, then layer by layer, each by name.</summary>
    private static IEnumerable<GgufTensorInfo> InOrderOfLayers(IEnumerable<GgufTensorInfo> tensors) =>
        tensors.OrderBy(tensor => LayerName.Of(tensor.Name) ?? -1).ThenBy(tensor => tensor.Name, StringComparer.Ordinal);

    private QuantizedTensor Decide(string name, GgufTensorInfo source)
    {
        bool isKept = _options.Type == QuantizeType.Copy
            || KeptTensors.Holds(name, source.Dimensions)
            || (_options.LeaveOutputTensor && TensorCategories.Of(name) == TensorCategory.Output);
        if (isKept)
            return new(name, source, source.Type, IsFallback: false, LacksImportance: false);
        GgufTensorType wanted = Wanted(name, source);
        GgufTensorType type = IsFixed(name) ? Exactly(wanted, name, source) : Fitting(wanted, name, source.Dimension(0));
        RefuseConversion(name, source, type);
        bool lacks = type != source.Type && NeedsImportance(name, type) && (_importance is null || _importance.Of(source).IsEmpty);
        return new(name, source, type, type != wanted, lacks);
    }

    /// <summary>Whether options name the type of this tensor alone.</summary>
    private bool IsFixed(string name) => TensorCategories.Of(name) switch
    {
        TensorCategory.TokenEmbedding => _options.TokenEmbeddingType is not null,
        TensorCategory.Output => _options.OutputTensorType is not null,
        _ => false,
    };

    private GgufTensorType Wanted(string name, GgufTensorInfo source)
    {
        if (IsFixed(name))
            return TensorCategories.Of(name) == TensorCategory.Output ? _options.OutputTensorType!.Value : _options.TokenEmbeddingType!.Value;
        if (GgufTensorTypes.BlockLength(_options.Type.TensorType) == 1)
            return _options.Type.TensorType;
        if (_options.TensorTypes.FirstOrDefault(rule => rule.Matches(name)) is { } rule)
            return rule.Type;
        return _options.Pure ? _options.Type.TensorType : _mix.Value.Choose(name, source.Dimensions);
    }

    private static GgufTensorType Exactly(GgufTensorType type, string name, GgufTensorInfo source) =>
        source.Dimension(0) % GgufTensorTypes.BlockLength(type) == 0 ? type : throw Unfit(type, name, source.Dimension(0), "");

    /// <summary>The type itself, or one of about its size whose blocks are shorter.</summary>
    private static GgufTensorType Fitting(GgufTensorType type, string name, long width)
    {
        if (width % GgufTensorTypes.BlockLength(type) == 0)
            return type;
        GgufTensorType shorter = type switch
        {
            GgufTensorType.IQ1_S or GgufTensorType.IQ1_M or GgufTensorType.IQ2_XXS or GgufTensorType.IQ2_XS or GgufTensorType.IQ2_S
                or GgufTensorType.IQ3_XXS or GgufTensorType.IQ3_S or GgufTensorType.IQ4_XS => GgufTensorType.IQ4_NL,
            GgufTensorType.Q2_0 or GgufTensorType.Q2_K or GgufTensorType.Q3_K or GgufTensorType.TQ1_0 or GgufTensorType.TQ2_0 => GgufTensorType.Q4_0,
            GgufTensorType.Q4_K => GgufTensorType.Q5_0,
            GgufTensorType.Q5_K => GgufTensorType.Q5_1,
            GgufTensorType.Q6_K => GgufTensorType.Q8_0,
            _ => throw Unfit(type, name, width, ": give it another type by --tensor-type"),
        };
        return width % GgufTensorTypes.BlockLength(shorter) == 0 ? shorter : GgufTensorType.F16;
    }

    private static QuantizeException Unfit(GgufTensorType type, string name, long width, string advice) =>
        new($"tensor '{name}' has rows of {width}, which are not whole {type} blocks of {GgufTensorTypes.BlockLength(type)}{advice}");

    private void RefuseConversion(string name, GgufTensorInfo source, GgufTensorType type)
    {
        if (type == source.Type)
            return;
        if (source.Type is GgufTensorType.I8 or GgufTensorType.I16 or GgufTensorType.I32 or GgufTensorType.I64 or GgufTensorType.F64)
            throw new QuantizeException($"tensor '{name}' is {source.Type}, which cannot be converted");
        if (GgufTensorTypes.BlockLength(source.Type) > 1 && !_options.AllowRequantize)
            throw new QuantizeException($"tensor '{name}' is {source.Type} already: to quantize it again costs quality, and must be allowed (--allow-requantize)");
        if (source.Dimension(0) > RowCodec.MaxWidth)
            throw new QuantizeException($"tensor '{name}' has rows of {source.Dimension(0)} elements, longer than the {RowCodec.MaxWidth} that are converted");
    }

    /// <summary>The lowest types are of no use without an importance matrix, but for what is looked up or put out.</summary>
    private bool NeedsImportance(string name, GgufTensorType type) =>
        TensorCategories.Of(name) is not (TensorCategory.TokenEmbedding or TensorCategory.Output) && type switch
        {
            GgufTensorType.IQ3_XXS or GgufTensorType.IQ2_XXS or GgufTensorType.IQ2_XS or GgufTensorType.IQ2_S
                or GgufTensorType.IQ1_M or GgufTensorType.IQ1_S => true,
            GgufTensorType.Q2_K => _options.Type.Mix == QuantizeMix.Q2_K_S,
            _ => false,
        };

    private IEnumerable<string> Warn(QuantizedTensor[] tensors)
    {
        foreach (var group in tensors.Where(tensor => tensor.IsFallback).GroupBy(tensor => new { Width = tensor.Source.Dimension(0), tensor.Type }))
            yield return $"{Count(group.Count(), "tensor")} with rows of {group.Key.Width} become {group.Key.Type}, since the blocks of the type meant for them do not fit";
        if (_importance is null)
            yield break;
        QuantizedTensor[] unknown = [.. tensors.Where(tensor => !tensor.IsCopy && _importance.Of(tensor.Source).IsEmpty)];
        if (unknown.Length > 0)
            yield return $"the importance matrix says nothing of {Count(unknown.Length, "tensor")}: {string.Join(", ", unknown.Take(3).Select(tensor => tensor.Name))}{(unknown.Length > 3 ? ", ..." : "")}";
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    /// <summary>A tensor of the input and its name in the output.</summary>
    private sealed record Named(string Name, GgufTensorInfo Source);
}
