using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>The sum of two mixers that read the same rows.</summary>
internal sealed class SideBySideMixers(string name, IMixer first, IMixer second) : IMixer
{
    public Tensor Forward(Graph g, Tensor h, StepInputs step) => g.Add(name, first.Forward(g, h, step), second.Forward(g, h, step));
}
