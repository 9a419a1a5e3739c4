using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>The two normalizations.</summary>
internal enum NormKind
{
    /// <summary>x / rms(x) (Zhang &amp; Sennrich 2019).</summary>
    Rms,

    /// <summary>(x - mean) / deviation (Ba et al. 2016).</summary>
    Layer,
}

/// <summary>A norm of rows, or of every stretch (head) of a row, with the weight and bias that the file has.</summary>
internal sealed class Norm
{
    private readonly string _name;
    private readonly NormKind _kind;
    private readonly long _width;
    private readonly float _epsilon;
    private readonly Tensor? _weight, _bias;

    private Norm(string name, NormKind kind, long width, float epsilon, Tensor? weight, Tensor? bias)
    {
        _name = name;
        _kind = kind;
        _width = width;
        _epsilon = epsilon;
        _weight = weight;
        _bias = bias;
    }

    /// <summary>The norm of rows of <paramref name="width"/>, which the file must have; Falcon H1 has one whose weight lacks the ".weight".</summary>
    public static Norm Load(ModelSource source, string name, long width, NormKind kind = NormKind.Rms)
    {
        Tensor weight = source.Weights.VectorOrNull(name, width) ?? source.Weights.Vector(name + ".weight", width);
        return new Norm(name, kind, width, source.Parameters.NormEpsilon, weight, source.Weights.VectorOrNull(name + ".bias", width));
    }

    public static Norm? LoadOrNull(ModelSource source, string name, long width, NormKind kind = NormKind.Rms) =>
        source.Weights.HasOptional(name + ".weight") ? Load(source, name, width, kind) : null;

    /// <summary>
    /// The norm of a projection's heads. What it spans shows in the weight's shape: [headDim] serves every head, [headDim, heads] has
    /// one for each, [heads · headDim] norms the projection as a whole. Null where the file has none, unless it is needed.
    /// </summary>
    public static Norm? LoadForHeads(ModelSource source, string name, long headDim, long heads, NormKind kind = NormKind.Rms, bool needed = false)
    {
        if (!needed && !source.Weights.HasOptional(name + ".weight"))
            return null;
        bool isWhole = heads > 1 && source.Weights.RankOf(name + ".weight") == 1 && source.Weights.WidthOf(name + ".weight") == headDim * heads;
        bool isShared = source.Weights.ElementsOf(name + ".weight") == headDim;
        Tensor weight = source.Weights.Vector(name + ".weight", isShared ? headDim : headDim * heads);
        Tensor? bias = isShared ? null : source.Weights.VectorOrNull(name + ".bias", headDim * heads);
        return new Norm(name, kind, isWhole ? headDim * heads : headDim, source.Parameters.NormEpsilon, weight, bias);
    }

    /// <summary>
    /// The norm of every <paramref name="width"/> elements of a row of <paramref name="groups"/> such stretches, with weights for each of
    /// them; null where the file has none.
    /// </summary>
    public static Norm? LoadForGroups(ModelSource source, string name, long width, long groups, NormKind kind = NormKind.Rms, float? epsilon = null)
    {
        if (!source.Weights.Has(name + ".weight"))
            return null;
        Tensor weight = source.Weights.Vector(name + ".weight", width * groups);
        return new Norm(name, kind, width, epsilon ?? source.Parameters.NormEpsilon, weight, source.Weights.VectorOrNull(name + ".bias", width * groups));
    }

    /// <summary>A norm without weights of every <paramref name="width"/> elements.</summary>
    public static Norm Plain(ModelSource source, string name, long width, NormKind kind = NormKind.Rms) =>
        new(name, kind, width, source.Parameters.NormEpsilon, null, null);

    /// <summary>x [n, T], n a multiple of the norm's width, to [n, T].</summary>
    public Tensor Forward(Graph g, Tensor x)
    {
        bool perHead = _weight is not null && _weight.Width < x.Width;
        if (_kind == NormKind.Layer && !perHead)
            return g.LayerNorm(_name, x, _epsilon, _weight, _bias, _width);
        Tensor normed = _kind == NormKind.Layer ? g.LayerNorm(_name, x, _epsilon, width: _width) : g.RmsNorm(_name, x, _epsilon, _width);
        if (_weight is null)
            return normed;
        Tensor y = perHead && _kind == NormKind.Layer
            ? g.Mul(_name + ".weight", normed.SplitRows(x.Width / _width, _width, 0, _width), _weight).MergePlanes()
            : g.Mul(_name + ".weight", normed, _weight);
        return _bias is null ? y : g.Add(_name + ".bias", y, _bias);
    }
}
