using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>What a row's predecessor in its sequence has more than it: RWKV mixes both by parts of that.</summary>
internal sealed class PreviousRow
{
    private readonly string _name;
    private readonly int _state;

    public PreviousRow(ModelSource source, string name)
    {
        _name = name;
        _state = source.Memory.AddState(source.Parameters.EmbeddingLength);
    }

    /// <summary>h [embedding, T] to [embedding, T].</summary>
    public Tensor Difference(Graph g, Tensor h, StepInputs step) => g.Subtract(_name + "_difference", g.TokenShift(_name, h, step.States[_state]), h);
}
