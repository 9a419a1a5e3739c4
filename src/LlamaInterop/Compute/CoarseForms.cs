namespace LlamaInterop.Compute;

/// <summary>Forms with few bits in which a kernel may read activations.</summary>
[Flags]
internal enum CoarseForms
{
    None = 0,

    /// <summary><see cref="ElementType.A8"/>: 8 bits, a step for 32 elements.</summary>
    Bytes = 1,

    /// <summary><see cref="ElementType.BF16"/>: 8 bits of each float's own magnitude.</summary>
    BrainFloats = 2,

    Both = Bytes | BrainFloats,
}
