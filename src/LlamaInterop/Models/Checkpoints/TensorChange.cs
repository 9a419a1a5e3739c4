namespace LlamaInterop.Models.Checkpoints;

/// <summary>
/// What happens to a tensor on its way from a checkpoint into a GGUF file: data, which the importer carries out. Axes count as in
/// PyTorch, the contiguous one last.
/// </summary>
internal abstract record TensorChange
{
    /// <summary>Matrices stored [inputs, outputs] (GPT-2's Conv1D) become [outputs, inputs].</summary>
    public static readonly TensorChange Transpose = new SwappedAxes(0, 1);

    /// <summary>x + 1: norms that store what is added to 1.</summary>
    public static readonly TensorChange AddOne = new MappedElements(ElementChange.AddOne);

    /// <summary>-exp(x): the decay of state spaces, stored as its logarithm.</summary>
    public static readonly TensorChange NegativeExp = new MappedElements(ElementChange.NegativeExp);

    /// <summary>-1, 0 or 1, times the mean magnitude of the matrix (BitNet b1.58, Ma et al. 2024).</summary>
    public static readonly TensorChange Ternary = new TernaryElements();

    /// <summary>Rows divided by their lengths: output heads that compare directions alone.</summary>
    public static readonly TensorChange NormalizeRows = new NormalizedRows();

    /// <summary>
    /// Rows of rotary halves become neighbours: of each head, [2, headDim / 2] becomes [headDim / 2, 2], as llama's rotation pairs them.
    /// </summary>
    /// <param name="heads">Heads that the rows make up.</param>
    public static TensorChange PermuteHeads(int heads) => new ReorderedAxis(0, [heads, 2, -1], [0, 2, 1]);

    /// <summary>Keeps a stretch of rows, of each of <paramref name="groups"/> equal groups of rows.</summary>
    public static TensorChange Rows(long first, long count, long groups = 1) => new SlicedAxis(0, first, count, groups);
}

/// <summary>Two axes exchanged.</summary>
internal sealed record SwappedAxes(int First, int Second) : TensorChange;

/// <summary>An axis seen as several, whose order changes; its size stays.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Factors">Sizes whose product is the axis's; one may be -1, for what is left.</param>
/// <param name="Order">Which factor stands first in the result, and so on.</param>
internal sealed record ReorderedAxis(int Axis, long[] Factors, int[] Order) : TensorChange;

/// <summary>A stretch of an axis, of each of its groups.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="First">The first that is kept.</param>
/// <param name="Count">How many are kept.</param>
/// <param name="Groups">Equal parts that the axis is seen as.</param>
internal sealed record SlicedAxis(int Axis, long First, long Count, long Groups = 1) : TensorChange;

/// <summary>Another shape of as many elements; one size may be -1, for what is left.</summary>
internal sealed record NewShape(params long[] Sizes) : TensorChange;

/// <summary>Every element by itself.</summary>
internal sealed record MappedElements(ElementChange Change) : TensorChange;

/// <summary>Rows multiplied, stretch by stretch; one may have -1 rows, for what is left.</summary>
internal sealed record ScaledRows(params (long Rows, float Factor)[] Stretches) : TensorChange
{
    /// <summary>All by one factor.</summary>
    public static ScaledRows All(float factor) => new((-1, factor));
}

/// <summary>See <see cref="TensorChange.NormalizeRows"/>.</summary>
internal sealed record NormalizedRows : TensorChange;

/// <summary>See <see cref="TensorChange.Ternary"/>.</summary>
internal sealed record TernaryElements : TensorChange;

/// <summary>A function of one number.</summary>
internal enum ElementChange
{
    AddOne,
    NegativeExp,
}
