using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>
/// RWKV's feed-forward (Peng et al. 2023): value(relu(key(x))²) of a row mixed with the one before, times a receptance where the file has
/// one (RWKV 6).
/// </summary>
internal sealed class RwkvChannelMix : IMixer
{
    private readonly string _scope;
    private readonly PreviousRow _previous;
    private readonly Linear _key, _value;
    private readonly Linear? _receptance;
    private readonly Tensor _keyPart;
    private readonly Tensor? _receptancePart;

    public RwkvChannelMix(ModelSource source, int layer)
    {
        _scope = $"blk.{layer}.channel_mix_";
        int n = source.Parameters.EmbeddingLength, inner = source.Parameters.FeedForwardOf(layer);
        _previous = new PreviousRow(source, _scope + "shift");
        _keyPart = source.Weights.Vector(_scope + "lerp_k.weight", n);
        _key = Linear.Load(source, _scope + "key", n, inner);
        _value = Linear.Load(source, _scope + "value", inner, n);
        _receptance = Linear.LoadOrNull(source, _scope + "receptance", n, n);
        _receptancePart = _receptance is null ? null : source.Weights.Vector(_scope + "lerp_r.weight", n);
    }

    public Tensor Forward(Graph g, Tensor h, StepInputs step)
    {
        Tensor difference = _previous.Difference(g, h, step);
        Tensor key = _key.Forward(g, Mixed(g, "k", h, difference, _keyPart));
        Tensor value = _value.Forward(g, g.Activate(_scope + "act", key, GluKind.RELU_SQUARED), refined: CoarseForms.Both);
        if (_receptance is null)
            return value;
        Tensor receptance = _receptance.Forward(g, Mixed(g, "r", h, difference, _receptancePart!));
        return g.Glu(_scope + "received", receptance, value, GluKind.SIGMOID);
    }

    private Tensor Mixed(Graph g, string name, Tensor h, Tensor difference, Tensor part) =>
        g.Add($"{_scope}x{name}", g.Mul($"{_scope}lerp_{name}", difference, part), h);
}
