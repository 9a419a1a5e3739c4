namespace LlamaInterop.Models.Checkpoints;

/// <summary>A tensor of one element in every layer that a GGUF file has as a key: an array with a number for each layer.</summary>
/// <param name="From">The pattern, as <see cref="TensorPattern"/> reads it, with <c>*</c> for the layer.</param>
/// <param name="Key">The key's full name.</param>
internal sealed record NumberRule(string From, string Key)
{
    /// <summary>Its tensors, by layer.</summary>
    /// <param name="map">The map that it is of.</param>
    /// <param name="path">The checkpoint, for errors.</param>
    /// <param name="names">All names in it.</param>
    /// <exception cref="ModelException">A layer has none.</exception>
    public IReadOnlyList<string> Resolve(CheckpointMap map, string path, IEnumerable<string> names)
    {
        var pattern = new TensorPattern(From);
        var found = new Dictionary<int, string>();
        foreach (string name in names)
        {
            if (pattern.TryMatch(map.WithoutPrefix(name), out TensorPlace place))
                found[place.Layer] = name;
        }
        var sources = new List<string>();
        for (int layer = 0; layer < map.Keys.SizeOrZero("block_count"); layer++)
        {
            sources.Add(found.TryGetValue(layer, out string? name) ? name
                : throw new ModelException($"{path}: {Key} cannot be made: {new TensorPlace(layer, -1, "").Fill(From)} is missing"));
        }
        return sources;
    }
}
