using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>What varies between one family's experts and another's.</summary>
internal sealed record ExpertVariant
{
    public required RoutingOptions Routing { get; init; }

    public GluKind Activation { get; init; }

    /// <summary>Parameters of the activation.</summary>
    public float[] Parameters { get; init; } = [];

    /// <summary>Whether an expert's weight multiplies its input, not its result (Llama 4).</summary>
    public bool WeighsInput { get; init; }

    /// <summary>Routing as the file states it; the arguments where it does not.</summary>
    public static ExpertVariant Of(ModelSource source, GatingKind gating, bool renormalize)
    {
        ExpertParameters e = source.Parameters.Experts;
        bool byBestTwo = (e.Gating ?? gating) == GatingKind.SIGMOID;
        return new ExpertVariant
        {
            Routing = new RoutingOptions(e.Used, e.Gating ?? gating, e.Renormalize ?? renormalize, e.Scale, e.Groups, e.GroupsUsed, byBestTwo),
        };
    }
}

/// <summary>
/// A mixture of experts: a router chooses some for each row, and their gated feed-forwards are summed by its weights. Shared experts,
/// which every row has, are added where the file has them, by a gate of their own where it has one (Qwen 2 MoE).
/// </summary>
internal sealed class ExpertFeedForward : IFeedForward
{
    private readonly string _scope;
    private readonly ExpertVariant _variant;
    private readonly Linear _router;
    private readonly Linear? _sharedGate;
    private readonly Tensor _gate, _up, _down;
    private readonly Tensor? _choiceBias, _gateBias, _upBias, _downBias;
    private readonly FeedForward? _shared;

    /// <summary>Experts where the layer has a router, else a dense feed-forward with the same activation.</summary>
    public static IFeedForward OrDense(ModelSource source, int layer, ExpertVariant variant) =>
        source.Weights.Has($"blk.{layer}.ffn_gate_inp.weight") ? new ExpertFeedForward(source, layer, variant)
            : new FeedForward(source, layer, variant.Activation, parameters: variant.Parameters);

    public ExpertFeedForward(ModelSource source, int layer, ExpertVariant variant)
    {
        _scope = $"blk.{layer}.";
        _variant = variant;
        ExpertParameters e = source.Parameters.Experts;
        ModelWeights w = source.Weights;
        if (e.Count == 0)
            throw source.Parameters.Keys.Wrong(source.Parameters.Keys.FullName("expert_count"), $"is 0, but layer {layer} has experts");
        long n = source.Parameters.EmbeddingLength;
        _router = Linear.Load(source, _scope + "ffn_gate_inp", n, e.Count);
        _choiceBias = w.VectorOrNull(_scope + "exp_probs_b.bias", e.Count);
        _gate = w.Matrices(_scope + "ffn_gate_exps.weight", n, e.Width, e.Count);
        _up = w.Matrices(_scope + "ffn_up_exps.weight", n, e.Width, e.Count);
        _down = w.Matrices(_scope + "ffn_down_exps.weight", e.Width, n, e.Count);
        _gateBias = w.TableOrNull(_scope + "ffn_gate_exps.bias", e.Width, e.Count);
        _upBias = w.TableOrNull(_scope + "ffn_up_exps.bias", e.Width, e.Count);
        _downBias = w.TableOrNull(_scope + "ffn_down_exps.bias", n, e.Count);
        long shared = w.RowsOf(_scope + "ffn_up_shexp.weight");
        if (shared == 0)
            return;
        _shared = new FeedForward(source, layer, variant.Activation, suffix: "_shexp", width: checked((int)Math.Min(shared, HyperParameterReader.MaxSize)));
        _sharedGate = Linear.LoadOrNull(source, _scope + "ffn_gate_inp_shexp", n, 1);
    }

    public Tensor Forward(Graph g, Tensor h)
    {
        Routing routing = g.Route(_scope + "ffn", _router.Forward(g, h), _choiceBias, _variant.Routing);
        Tensor x = _variant.WeighsInput ? g.Mul(_scope + "ffn_weighed", h, routing.Weights.SplitRows(_variant.Routing.Used, 1, 0, 1)) : h;
        Tensor gate = g.MatMulExperts(_scope + "ffn_gate_exps", _gate, x, routing, _gateBias);            // [width, T, k]
        Tensor up = g.MatMulExperts(_scope + "ffn_up_exps", _up, x, routing, _upBias);
        Tensor inner = g.Glu(_scope + "ffn_act_exps", gate, up, _variant.Activation, _variant.Parameters);
        Tensor each = g.MatMulExperts(_scope + "ffn_down_exps", _down, inner, routing, _downBias, refined: true);
        Tensor sum = g.SumExperts(_scope + "ffn_sum", each, _variant.WeighsInput ? null : routing.Weights);
        return _shared is null ? sum : g.Add(_scope + "ffn_shared", sum, Shared(g, h));
    }

    private Tensor Shared(Graph g, Tensor h)
    {
        Tensor y = _shared!.Forward(g, h);
        if (_sharedGate is null)
            return y;
        Tensor gate = g.Activate(_scope + "shared_gate", _sharedGate.Forward(g, h), GluKind.SIGMOID);      // [1, T]
        return g.Mul(_scope + "ffn_shared_gated", y, gate);
    }
}
