namespace LlamaInterop.Tests.Models.Checkpoints.Twins;

/// <summary>Where an element of a checkpoint's tensor stands in the GGUF file: in which of its tensors, at which row and column.</summary>
internal delegate (int Part, int Row, int Column) TwinLayout(TwinSizes sizes, int row, int column);

/// <summary>
/// A tensor of a checkpoint, as transformers lays it out, said in index arithmetic of its own: nothing of what converts is used.
/// </summary>
/// <param name="Name">transformers' name; <c>*</c> is the layer, <c>#</c> an expert, and the ending ".weight" or ".bias" is the GGUF tensor's, where its name is given without.</param>
/// <param name="Parts">The GGUF tensors that it holds, by their full names or without that ending.</param>
/// <param name="Layout">Where each element is from; null for the one part's own order.</param>
internal sealed record TwinTensor(string Name, string[] Parts, TwinLayout? Layout = null)
{
    public TwinTensor(string name, string part)
        : this(name, [part])
    {
    }

    /// <summary>Rows and columns, where they are not those of the parts one below the other.</summary>
    public Func<TwinSizes, (int Rows, int Columns)>? Shape { get; init; }

    /// <summary>Experts that stand in one tensor, each of the shape.</summary>
    public bool IsStacked { get; init; }

    /// <summary>Whether the checkpoint has the logarithm of what the file has negated.</summary>
    public bool IsLogarithm { get; init; }

    /// <summary>What the checkpoint's rows are the file's divided by.</summary>
    public Func<int, float>? Factor { get; init; }

    /// <summary>What the checkpoint's elements are less than the file's by.</summary>
    public float Less { get; init; }
}
