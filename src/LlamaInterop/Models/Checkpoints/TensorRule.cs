namespace LlamaInterop.Models.Checkpoints;

/// <summary>A checkpoint's tensors of one name pattern, and what happens to each before it is joined with others.</summary>
/// <param name="From">The pattern, as <see cref="TensorPattern"/> reads it.</param>
/// <param name="Changes">Carried out in order.</param>
internal sealed record TensorPart(string From, params TensorChange[] Changes);

/// <summary>
/// A row of a family's map: which tensors of a checkpoint make which of a GGUF file. A <c>#</c> in the pattern makes one of all experts,
/// stacked by their numbers along a new first axis.
/// </summary>
/// <param name="To">The GGUF name, with the placeholders of the pattern.</param>
/// <param name="Parts">What it is made of, joined along the first axis.</param>
/// <param name="Changes">What happens to the whole, in order.</param>
internal sealed record TensorRule(string To, TensorPart[] Parts, TensorChange[] Changes)
{
    /// <summary>A tensor that is made of one, or of the experts' stacked.</summary>
    public TensorRule(string from, string to, params TensorChange[] changes)
        : this(to, [new TensorPart(from)], changes)
    {
    }

    /// <summary>Whether this names a tensor once more that an earlier row may have made, and which is then left out.</summary>
    public bool IsSpare { get; init; }

    /// <summary>A tensor that is made of several, which stand one after the other along the first axis.</summary>
    public static TensorRule Join(string to, params TensorPart[] parts) => new(to, parts, []);
}
