using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>What varies between one family's experts and another's.</summary>
internal sealed record ExpertVariant
{
    public required RoutingOptions Routing { get; init; }

    public GluKind Activation { get; init; }

    /// <summary>Parameters of the activation.</summary>
    public float[] Parameters { get; init; } = [];

    /// <summary>Whether experts have a gate.</summary>
    public bool IsGated { get; init; } = true;

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
/// which every row has, are added where the file has them, by a gate of their own where it has one (Qwen 2 MoE). Gate and up may stand in
/// one matrix, gate first; experts may work on shorter rows, which two matrices lead to and back (Nemotron 3).
/// </summary>
internal sealed class ExpertFeedForward : IFeedForward
{
    private readonly string _scope;
    private readonly ExpertVariant _variant;
    private readonly Linear _router;
    private readonly Linear? _sharedGate, _latentDown, _latentUp;
    private readonly Tensor _down;
    private readonly Tensor? _gateAndUp, _gate, _up, _choiceBias, _gateBias, _upBias, _downBias, _scales;
    private readonly FeedForward? _shared;

    /// <summary>Experts where the layer has a router, else a dense feed-forward with the same activation.</summary>
    public static IFeedForward OrDense(ModelSource source, int layer, ExpertVariant variant) =>
        source.Weights.Has($"blk.{layer}.ffn_gate_inp.weight") ? new ExpertFeedForward(source, layer, variant)
            : new FeedForward(source, layer, variant.Activation, variant.IsGated, parameters: variant.Parameters);

    public ExpertFeedForward(ModelSource source, int layer, ExpertVariant variant)
    {
        _scope = $"blk.{layer}.";
        _variant = variant;
        ExpertParameters e = source.Parameters.Experts;
        ModelWeights w = source.Weights;
        if (e.Count == 0)
            throw source.Parameters.Keys.Wrong(source.Parameters.Keys.FullName("expert_count"), $"is 0, but layer {layer} has experts");
        long n = source.Parameters.EmbeddingLength;
        _router = Linear.Load(source, _scope + "ffn_gate_inp", n, e.Count, takesScale: false);
        _choiceBias = w.VectorOrNull(_scope + "exp_probs_b.bias", e.Count);
        long inner = e.LatentLength > 0 ? e.LatentLength : n;
        _latentDown = e.LatentLength > 0 ? Linear.Load(source, _scope + "ffn_latent_down", n, inner) : null;
        _latentUp = e.LatentLength > 0 ? Linear.Load(source, _scope + "ffn_latent_up", inner, n) : null;
        bool isFused = variant.IsGated && w.Has(_scope + "ffn_gate_up_exps.weight");
        _gateAndUp = isFused ? w.Matrices(_scope + "ffn_gate_up_exps.weight", inner, 2L * e.Width, e.Count) : null;
        _gate = isFused || !variant.IsGated ? null : w.Matrices(_scope + "ffn_gate_exps.weight", inner, e.Width, e.Count);
        _up = isFused ? null : w.Matrices(_scope + "ffn_up_exps.weight", inner, e.Width, e.Count);
        _down = w.Matrices(_scope + "ffn_down_exps.weight", e.Width, inner, e.Count);
        _gateBias = w.TableOrNull(_scope + "ffn_gate_exps.bias", e.Width, e.Count);
        _upBias = w.TableOrNull(_scope + "ffn_up_exps.bias", e.Width, e.Count);
        _downBias = w.TableOrNull(_scope + "ffn_down_exps.bias", inner, e.Count);
        _scales = w.VectorOrNull(_scope + "ffn_down_exps.scale", e.Count)?.SplitVector(e.Count);
        long shared = w.RowsOf(_scope + "ffn_up_shexp.weight");
        if (shared == 0)
            return;
        _shared = new FeedForward(source, layer, variant.Activation, variant.IsGated, "_shexp", width: checked((int)Math.Min(shared, HyperParameterReader.MaxSize)));
        _sharedGate = Linear.LoadOrNull(source, _scope + "ffn_gate_inp_shexp", n, 1);
    }

    public Tensor Forward(Graph g, Tensor h) => Forward(g, h, routed: h);

    /// <summary>The same with experts chosen by other rows than those that they read.</summary>
    public Tensor Forward(Graph g, Tensor h, Tensor routed)
    {
        Routing routing = g.Route(_scope + "ffn", _router.Forward(g, routed), _choiceBias, _variant.Routing);
        Tensor x = _latentDown?.Forward(g, h) ?? h;
        x = _variant.WeighsInput ? g.Mul(_scope + "ffn_weighed", x, routing.Weights.SplitRows(_variant.Routing.Used, 1, 0, 1)) : x;
        Tensor each = g.MatMulExperts(_scope + "ffn_down_exps", _down, Inner(g, x, routing), routing, _downBias, refined: CoarseForms.Bytes);
        Tensor sum = g.SumExperts(_scope + "ffn_sum", each, _variant.WeighsInput ? null : Weights(g, routing));
        sum = _latentUp?.Forward(g, sum) ?? sum;
        return _shared is null ? sum : g.Add(_scope + "ffn_shared", sum, Shared(g, h));
    }

    /// <summary>The weights [k, T], times the experts' own scales where the file has them (Gemma 4).</summary>
    private Tensor Weights(Graph g, Routing routing) => _scales is null ? routing.Weights
        : g.MatMulExperts(_scope + "ffn_weights_scaled", _scales, routing.Weights.SplitRows(_variant.Routing.Used, 1, 0, 1), routing).MergePlanes();

    /// <summary>What the chosen experts' down matrices read: [width, T, k].</summary>
    private Tensor Inner(Graph g, Tensor x, Routing routing)
    {
        string name = _scope + "ffn_act_exps";
        if (_gateAndUp is not null)
        {
            Tensor both = g.MatMulExperts(_scope + "ffn_gate_up_exps", _gateAndUp, x, routing);
            long width = both.Width / 2;
            return g.Glu(name, both.Columns(0, width), both.Columns(width, width), _variant.Activation, _variant.Parameters);
        }
        Tensor? gate = _gate is null ? null : g.MatMulExperts(_scope + "ffn_gate_exps", _gate, x, routing, _gateBias);
        Tensor up = g.MatMulExperts(_scope + "ffn_up_exps", _up!, x, routing, _upBias);
        return gate is null ? g.Activate(name, up, _variant.Activation, _variant.Parameters) : g.Glu(name, gate, up, _variant.Activation, _variant.Parameters);
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
