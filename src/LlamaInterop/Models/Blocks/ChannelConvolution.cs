using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>A short causal convolution of every channel by itself, with the rows that it looks back at as its state.</summary>
internal sealed class ChannelConvolution
{
    private readonly string _name;
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private readonly int _state;

    /// <param name="source">The model's file.</param>
    /// <param name="name">The tensors' name without ".weight".</param>
    /// <param name="kernel">Rows that a channel's weights span, 2 at least.</param>
    /// <param name="channels">Elements of a row.</param>
    public ChannelConvolution(ModelSource source, string name, int kernel, long channels)
    {
        _name = name;
        _weight = source.Weights.Table(name + ".weight", kernel, channels);
        _bias = source.Weights.VectorOrNull(name + ".bias", channels);
        _state = source.Memory.AddState((kernel - 1) * channels);
    }

    /// <summary>x [channels, T] to [channels, T].</summary>
    public Tensor Forward(Graph g, Tensor x, StepInputs step) => g.ShortConv(_name, x, _weight, _bias, step.States[_state]);
}
