using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>Renames tensors so that layers are left out and those behind them move up.</summary>
internal sealed class LayerPruning
{
    private readonly int[] _pruned;

    /// <param name="pruned">The layers to leave out; none for no change.</param>
    /// <param name="traits">The model, before.</param>
    /// <param name="metadata">Its metadata.</param>
    /// <exception cref="QuantizeException">There is no such layer, none is left, or a key has a value for each layer.</exception>
    public LayerPruning(IReadOnlyList<int> pruned, ModelTraits traits, GgufMetadata metadata)
    {
        _pruned = pruned.Count == 0 ? [] : [.. pruned.Distinct().Order()];
        LayersLeft = traits.Layers - _pruned.Length;
        if (IsEmpty)
            return;
        if (_pruned[0] < 0 || _pruned[^1] >= traits.Layers)
            throw new QuantizeException($"layer {(_pruned[0] < 0 ? _pruned[0] : _pruned[^1])} cannot be pruned: the model has layers 0 to {traits.Layers - 1}");
        if (LayersLeft == 0)
            throw new QuantizeException($"all {traits.Layers} layers are to be pruned");
        foreach (var (key, value) in metadata)
        {
            if (value.Type == GgufValueType.Array && value.Count == traits.Layers && key.StartsWith(traits.Architecture + ".", StringComparison.Ordinal))
                throw new QuantizeException($"key '{key}' has a value for each layer: pruning such a model is not supported");
        }
    }

    /// <summary>Layers of the output.</summary>
    public int LayersLeft { get; }

    public bool IsEmpty => _pruned.Length == 0;

    /// <summary>The name in the output, or null when the tensor's layer is left out.</summary>
    public string? NewName(string name)
    {
        if (IsEmpty || LayerName.In(name) is not { } layer)
            return name;
        return _pruned.Contains(layer) ? null : LayerName.Replace(name, layer - _pruned.Count(before => before < layer));
    }
}
