using LlamaInterop.Compute;
using LlamaInterop.Models;
using LlamaInterop.Models.Blocks;
using LlamaInterop.Native;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Inference;

/// <summary>
/// A tiny model whose layers mix rows in any ways, one letter each: a attention over all, w attention over a window of
/// <see cref="Window"/>, v over a window of twice that, c over chunks of it, r a convolution over 32 rows with a state, s a shift by
/// one row with a state.
/// </summary>
internal sealed record TinyMixture(string Layers)
{
    public int Window { get; init; } = 40;

    public int Context { get; init; } = 256;

    public TinyModel Weights => new() { Layers = Layers.Length, Context = Context, Heads = 4, KvHeads = 2, KeyLength = 8, ValueLength = 8, Embedding = 32 };

    public bool HasStates => Layers.Contains('r') || Layers.Contains('s');

    public override string ToString() => Layers;

    public IModel Create(ModelSource source) => new Decoder(
        source, new DecoderOptions(), i => Layer.PreNorm(source, i, MixerOf(source, i), new FeedForward(source, i, LkGluKind.SILU)));

    private IMixer MixerOf(ModelSource source, int layer)
    {
        AttentionVariant attention = AttentionVariant.Of(source, layer) with { Rotary = new Rotary(source, LkRopeMode.NORM) };
        return Layers[layer] switch
        {
            'a' => new AttentionBlock(source, layer, attention),
            'w' => new AttentionBlock(source, layer, attention with { Window = Window }),
            'v' => new AttentionBlock(source, layer, attention with { Window = 2 * Window }),
            'c' => new AttentionBlock(source, layer, attention with { Window = Window, WindowKind = LkWindowKind.CHUNKED }),
            'r' => new Convolution(source, layer),
            's' => new Shift(source, layer),
            _ => throw new ArgumentException($"'{Layers[layer]}' is no mixer"),
        };
    }

    /// <summary>The query matrix [32, 32], taken as 32 taps of 32 channels.</summary>
    private sealed class Convolution(ModelSource source, int layer) : IMixer
    {
        private readonly Tensor _taps = source.Weights.Table($"blk.{layer}.attn_q.weight", 32, 32);
        private readonly int _state = source.Memory.AddState(31 * 32);

        public Tensor Forward(Graph g, Tensor h, StepInputs step) =>
            g.ShortConv($"blk.{layer}.conv", h, _taps, bias: null, step.States[_state]);
    }

    private sealed class Shift(ModelSource source, int layer) : IMixer
    {
        private readonly int _state = source.Memory.AddState(32);

        public Tensor Forward(Graph g, Tensor h, StepInputs step) =>
            g.Subtract($"blk.{layer}.shift", h, g.TokenShift($"blk.{layer}.before", h, step.States[_state]));
    }
}
