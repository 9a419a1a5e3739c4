namespace LlamaInterop.Compute;

/// <summary>Which products of a graph get activations of more bits than their kernel reads at least, see <see cref="Graph.MatMul"/>.</summary>
internal enum Refinement
{
    /// <summary>Those for which the model asks.</summary>
    Chosen,

    /// <summary>None.</summary>
    None,

    /// <summary>Every one: where hidden states are the result, all of their error shows.</summary>
    All,
}
