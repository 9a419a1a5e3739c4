using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>out(c · conv(b · x)) with b, c and x from one projection: the short convolutions of LFM2 (Liquid AI 2025).</summary>
internal sealed class GatedConvolution : IMixer
{
    private readonly string _scope;
    private readonly long _width;
    private readonly Linear _in, _out;
    private readonly ChannelConvolution _convolution;

    public GatedConvolution(ModelSource source, int layer)
    {
        _scope = $"blk.{layer}.shortconv.";
        _width = source.Parameters.EmbeddingLength;
        int kernel = source.Parameters.Keys.Size("shortconv.l_cache", min: 2, max: StateSpaceParameters.MaxKernel);
        _in = Linear.Load(source, _scope + "in_proj", _width, 3 * _width);
        _convolution = new ChannelConvolution(source, _scope + "conv", kernel, _width);
        _out = Linear.Load(source, _scope + "out_proj", _width, _width);
    }

    public Tensor Forward(Graph g, Tensor h, StepInputs step)
    {
        Tensor all = _in.Forward(g, h, refined: CoarseForms.Both);                                                 // [3 · n, T]
        Tensor b = all.Columns(0, _width), c = all.Columns(_width, _width), x = all.Columns(2 * _width, _width);
        Tensor mixed = _convolution.Forward(g, g.Mul(_scope + "gated_in", b, x), step);
        return _out.Forward(g, g.Mul(_scope + "gated_out", c, mixed), refined: CoarseForms.Both);
    }
}
