using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>The types of a synthetic model's matrices: one for all, or a mixture by the rules of <see cref="TensorTypeMix"/>.</summary>
internal sealed record SyntheticTypes
{
    private readonly SyntheticType? _single;
    private readonly QuantizeType? _mixture;

    public SyntheticTypes(SyntheticType single) => _single = single;

    private SyntheticTypes(QuantizeType mixture) => _mixture = mixture;

    /// <summary>Names of types, then of mixtures; where both have one, as with "q6_k", it is the type's.</summary>
    public static IEnumerable<string> Names => SyntheticType.All.Select(type => type.Name).Concat(Mixtures.Select(mixture => mixture.Name.ToLowerInvariant()));

    private static IEnumerable<QuantizeType> Mixtures => QuantizeType.All.Where(mixture =>
        SyntheticType.All.Any(type => type.Type == mixture.TensorType) && !SyntheticType.All.Any(type => IsNamed(mixture, type.Name)));

    /// <summary>What the command line calls them.</summary>
    public string Name => _single?.Name ?? _mixture!.Name.ToLowerInvariant();

    /// <summary>What the key <c>general.file_type</c> says of them.</summary>
    public int FileType => QuantizeType.Parse(Name).FileType;

    /// <summary>Finds them by name; null where there are none of that name.</summary>
    public static SyntheticTypes? Find(string name)
    {
        if (SyntheticType.All.FirstOrDefault(type => type.Name == name) is { } single)
            return new SyntheticTypes(single);
        return Mixtures.FirstOrDefault(mixture => IsNamed(mixture, name)) is { } found && Names.Contains(name) ? new SyntheticTypes(found) : null;
    }

    /// <summary>A shape's matrices in the order of a file, each with its type.</summary>
    public IEnumerable<(ShapeMatrix Matrix, SyntheticType Type)> Of(ModelShape shape)
    {
        TensorTypeMix? mix = _mixture is null ? null : MixFor(shape, _mixture);
        foreach (ShapeMatrix matrix in shape.Matrices())
        {
            if (matrix.IsRouter)
                yield return (matrix, Row(GgufTensorType.F32));
            else
                yield return (matrix, _single ?? Row(mix!.Choose(matrix.Name, [matrix.Inputs, matrix.Outputs, matrix.Count])));
        }
    }

    private static TensorTypeMix MixFor(ModelShape shape, QuantizeType mixture) => new(
        new ModelTraits("llama", shape.Layers, shape.Experts, shape.Heads / shape.KvHeads, Is70B: false),
        new QuantizeOptions { Type = mixture },
        hasImportance: false,
        [.. shape.Matrices().Select(matrix => TensorCategories.Of(matrix.Name))]);

    private static SyntheticType Row(GgufTensorType type) => SyntheticType.All.First(row => row.Type == type);

    private static bool IsNamed(QuantizeType mixture, string name) => mixture.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
