namespace LlamaInterop.Models.Checkpoints;

/// <summary>Applies a map to the names of one checkpoint.</summary>
internal sealed class CheckpointPlan(CheckpointMap map, string path)
{
    private readonly SortedDictionary<(int Layer, int Rule, string Kind), SortedDictionary<int, string>?[]> _found = [];

    /// <summary>See <see cref="CheckpointMap.Resolve"/>.</summary>
    public IReadOnlyList<PlannedTensor> Of(IEnumerable<string> names, bool isWhole)
    {
        (int Rule, int Part, TensorPattern Pattern)[] rows =
        [
            .. from rule in Enumerable.Range(0, map.Tensors.Count)
               from part in Enumerable.Range(0, map.Tensors[rule].Parts.Length)
               select (rule, part, new TensorPattern(map.Tensors[rule].Parts[part].From)),
        ];
        foreach (string name in names)
            Place(name, rows);
        CheckLayers(isWhole);
        var plan = new OrderedDictionary<string, PlannedTensor>(StringComparer.Ordinal);
        foreach (var (key, parts) in _found)
        {
            PlannedTensor tensor = Plan(key, parts);
            if (!plan.TryAdd(tensor.Name, tensor) && !map.Tensors[key.Rule].IsSpare)
                throw new ModelException($"{path}: {plan[tensor.Name].Parts[0].Sources[0]} and {tensor.Parts[0].Sources[0]} both make {tensor.Name}");
        }
        return [.. plan.Values];
    }

    /// <summary>Refuses a checkpoint that lacks a layer, or has more than its configuration states.</summary>
    private void CheckLayers(bool isWhole)
    {
        int stated = map.Keys.SizeOrZero("block_count"), most = Math.Max(stated, map.Keys.SizeOrZero("decoder_block_count"));
        HashSet<int> found = [.. _found.Keys.Select(key => key.Layer)];
        for (int layer = 0; isWhole && layer < stated; layer++)
        {
            if (!found.Contains(layer) && !map.EmptyLayers.Contains(layer))
                throw new ModelException($"{path}: has no tensors of layer {layer}, but the configuration states {stated} layers");
        }
        if (stated > 0 && found.Count > 0 && found.Max() >= most)
            throw new ModelException($"{path}: has tensors of layer {found.Max()}, but the configuration states {most} layers");
    }

    private void Place(string name, (int Rule, int Part, TensorPattern Pattern)[] rows)
    {
        string bare = map.WithoutPrefix(name);
        if (map.Drops(bare))
            return;
        bool isNamed = false;
        foreach ((int rule, int part, TensorPattern pattern) in rows)
        {
            if (!pattern.TryMatch(bare, out TensorPlace place))
                continue;
            isNamed = true;
            Add((place.Layer, rule, place.Kind), part, place.Expert, name);
        }
        if (!isNamed)
            throw new ModelException($"{path}: tensor {name} is none that {map.Architecture} has");
    }

    private void Add((int Layer, int Rule, string Kind) key, int part, int expert, string name)
    {
        if (!_found.TryGetValue(key, out SortedDictionary<int, string>?[]? parts))
            _found.Add(key, parts = new SortedDictionary<int, string>?[map.Tensors[key.Rule].Parts.Length]);
        if (!(parts[part] ??= []).TryAdd(expert, name))
            throw new ModelException($"{path}: {parts[part]![expert]} and {name} are the same tensor");
    }

    private PlannedTensor Plan((int Layer, int Rule, string Kind) key, SortedDictionary<int, string>?[] found)
    {
        TensorRule rule = map.Tensors[key.Rule];
        string name = new TensorPlace(key.Layer, -1, key.Kind).Fill(rule.To);
        var parts = new PlannedPart[found.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            SortedDictionary<int, string> sources = found[i] ?? throw Missing(name, rule.Parts[i].From, key.Layer);
            bool isStacked = sources.Keys.First() >= 0;
            if (isStacked && sources.Keys.Last() != sources.Count - 1)
                throw new ModelException($"{path}: {sources.Values.Last()} is there, but only {sources.Count} experts are");
            parts[i] = new PlannedPart([.. sources.Values], isStacked, rule.Parts[i].Changes);
        }
        return new PlannedTensor(name, parts, rule.Changes);
    }

    private ModelException Missing(string name, string pattern, int layer) =>
        new($"{path}: {name} cannot be made: {new TensorPlace(layer, -1, "weight").Fill(pattern)} is missing");
}
