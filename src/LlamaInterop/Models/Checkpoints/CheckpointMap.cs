namespace LlamaInterop.Models.Checkpoints;

/// <summary>How a checkpoint of one family becomes a GGUF file: its keys and a table of its tensors' names.</summary>
/// <param name="Keys">The hyper-parameters.</param>
/// <param name="Tensors">One row for each kind of tensor; a checkpoint's tensor may be named by several, and must be by one.</param>
internal sealed record CheckpointMap(HyperParameterWriter Keys, IReadOnlyList<TensorRule> Tensors)
{
    /// <summary>Patterns of names that mean nothing at inference, in any family.</summary>
    private static readonly string[] AlwaysDropped = ["**.rotary_emb.inv_freq"];

    /// <summary>GGUF's <c>general.architecture</c>.</summary>
    public string Architecture => Keys.Architecture;

    /// <summary>What classes put before the names in the table; the first that a name begins with is taken off it.</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = ["model.language_model.", "language_model.model.", "language_model.", "model."];

    /// <summary>Patterns of names, without those prefixes, that are left out: masks, heads that are the token table.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>Tensors that the configuration states, not the checkpoint: rotary factors.</summary>
    public IReadOnlyList<(string Name, float[] Values)> Constants { get; init; } = [];

    /// <summary>Layers that may have no tensors at all, as they do nothing.</summary>
    public IReadOnlyList<int> EmptyLayers { get; init; } = [];

    /// <summary>Tensors whose values become keys.</summary>
    public IReadOnlyList<NumberRule> Numbers { get; init; } = [];

    /// <summary>Which of a checkpoint's tensors make which of the file's: those of the model first, then layer by layer, in the table's order.</summary>
    /// <param name="path">The checkpoint, for errors.</param>
    /// <param name="names">All names in it.</param>
    /// <param name="isWhole">Whether it must have every layer; an adapter may leave some alone.</param>
    /// <exception cref="ModelException">A tensor is in no row of the table, or a row lacks one.</exception>
    public IReadOnlyList<PlannedTensor> Resolve(string path, IEnumerable<string> names, bool isWhole = true) => new CheckpointPlan(this, path).Of(names, isWhole);

    /// <summary>Whether a name makes no tensor of the file.</summary>
    /// <param name="name">Without the prefix.</param>
    internal bool Drops(string name) => AlwaysDropped.Concat(Dropped).Concat(Numbers.Select(rule => rule.From)).Any(pattern => new TensorPattern(pattern).TryMatch(name, out _));

    internal string WithoutPrefix(string name) =>
        Prefixes.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix ? name[prefix.Length..] : name;
}

/// <summary>A tensor of the file to be.</summary>
/// <param name="Name">Its GGUF name.</param>
/// <param name="Parts">What it is made of, joined along the first axis.</param>
/// <param name="Changes">What happens to the whole, in order.</param>
internal sealed record PlannedTensor(string Name, IReadOnlyList<PlannedPart> Parts, TensorChange[] Changes);

/// <summary>A part of such a tensor: a checkpoint's tensor, or those of all experts, to be stacked along a new first axis.</summary>
/// <param name="Sources">The checkpoint's names; of experts, in the order of their numbers.</param>
/// <param name="IsStacked">Whether they are experts', even if there is one.</param>
/// <param name="Changes">What happens to the part, in order.</param>
internal sealed record PlannedPart(IReadOnlyList<string> Sources, bool IsStacked, TensorChange[] Changes);
