using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>The part of an importance matrix that options let count.</summary>
internal sealed class ImportanceWeights
{
    private readonly ImportanceMatrix _matrix;
    private readonly HashSet<string> _names;

    private ImportanceWeights(ImportanceMatrix matrix, HashSet<string> names)
    {
        _matrix = matrix;
        _names = names;
    }

    /// <summary>Weights that count.</summary>
    public int Count => _names.Count;

    public ImportanceMatrix Matrix => _matrix;

    /// <summary>What the options leave of the matrix, or null when that is nothing.</summary>
    public static ImportanceWeights? Select(QuantizeOptions options)
    {
        if (options.Importance is not { } matrix)
            return null;
        bool Counts(string name) =>
            (options.IncludeWeights.Count == 0 || options.IncludeWeights.Any(part => name.Contains(part, StringComparison.Ordinal)))
            && !options.ExcludeWeights.Any(part => name.Contains(part, StringComparison.Ordinal));
        HashSet<string> names = [.. matrix.Names.Where(Counts)];
        return names.Count > 0 ? new(matrix, names) : null;
    }

    /// <summary>A tensor's factors, [columns x matrices]; empty when there are none.</summary>
    /// <exception cref="QuantizeException">There are as many as another tensor would have.</exception>
    public ReadOnlySpan<float> Of(GgufTensorInfo tensor)
    {
        if (!_names.Contains(tensor.Name))
            return [];
        ReadOnlySpan<float> factors = _matrix.Of(tensor.Name);
        if (factors.Length == tensor.Dimension(0) * tensor.Dimension(2))
            return factors;
        // Token embeddings are looked up, not multiplied, so what a matrix says of them is of another use of the tensor.
        return TensorCategories.Of(tensor.Name) == TensorCategory.TokenEmbedding
            ? []
            : throw new QuantizeException($"tensor '{tensor.Name}' has {tensor.Dimension(0)} x {tensor.Dimension(2)} columns, but the importance matrix has {factors.Length} factors for it");
    }
}
