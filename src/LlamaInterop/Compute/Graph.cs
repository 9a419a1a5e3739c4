namespace LlamaInterop.Compute;

/// <summary>
/// The forward pass of one batch class, written by a model op by op in order of execution. Shapes are [dims[0], dims[1]] with
/// dims[0] contiguous, as GGUF writes them; T is the batch class's token capacity. All activations are f32: where a kernel reads
/// another form, a pass inserts the conversion.
/// </summary>
internal sealed partial class Graph(int tokenCapacity, int outputCapacity)
{
    private readonly List<Op> _ops = [];
    private readonly Dictionary<object, Tensor> _shared = [];

    /// <summary>Rows of the batch class: tokens of one step at most.</summary>
    public int TokenCapacity { get; } = tokenCapacity;

    /// <summary>Rows whose logits one step can give.</summary>
    public int OutputCapacity { get; } = outputCapacity;

    /// <summary>Which products' activations are refined.</summary>
    public Refinement Refinement { get; init; }

    /// <summary>The ops in order of execution. Passes replace the list's content.</summary>
    public List<Op> Ops => _ops;

    /// <summary>
    /// Rows <paramref name="ids"/> of <paramref name="table"/> [n, V], dequantized: [n, T]; an id below 0 takes row -1 - id of
    /// <paramref name="embeddings"/> [n, M].
    /// </summary>
    public Tensor GetRows(string name, Tensor table, Tensor ids, Tensor? embeddings = null)
    {
        Op op = Append(Opcode.GET_ROWS, name, Scratch(name, table.Width, ids));
        op.Sources[0] = table;
        op.Sources[1] = ids;
        op.Sources[2] = embeddings;
        return op.Destination;
    }

    /// <summary>Weights [k, m] times x [k, T]: [m, T]. With planes of weights [k, m, P] or of x [k, T, P], plane by plane.</summary>
    /// <param name="name">The op's name.</param>
    /// <param name="weights">[k, m].</param>
    /// <param name="x">[k, T].</param>
    /// <param name="refined">
    /// The coarse forms of activations that this product gets refined, at twice the time: 8 bits to 15, BF16 to floats. Worth it where
    /// rounding costs most: of 8 bits with one step for 32, a gate's product before the down projection, which is heavy-tailed, makes
    /// more than half of all error; of BF16, whose error is relative, what attention adds to the stream. And where it costs little: k
    /// and v are small, the output head computes one row a prompt.
    /// </param>
    /// <param name="into">Where the result goes, if not into a tensor of its own.</param>
    public Tensor MatMul(string name, Tensor weights, Tensor x, CoarseForms refined = CoarseForms.None, Tensor? into = null)
    {
        Tensor product = into ?? Activation(name, ElementType.F32, weights.Rows, x.Rows, Math.Max(weights.Planes, x.Planes), x.Live);
        var op = new Op(Opcode.MAT_MUL, name, product) { Refined = Refines(refined) };
        product.Producer = op;
        _ops.Add(op);
        op.Sources[0] = weights;
        op.Sources[1] = x;
        return op.Destination;
    }

    /// <summary>x / rms(x) over every <paramref name="width"/> elements of a row (the whole row by default).</summary>
    public Tensor RmsNorm(string name, Tensor x, float epsilon, long width = 0)
    {
        Op op = Append(Opcode.RMS_NORM, name, Like(name, x));
        op.Sources[0] = x;
        op.SetFloat(0, epsilon);
        op.Parameters[1] = checked((int)(width == 0 ? x.Width : width));
        return op.Destination;
    }

    /// <summary>x / sqrt(sum of squares + epsilon) over every <paramref name="width"/> elements of a row.</summary>
    public Tensor L2Norm(string name, Tensor x, float epsilon, long width) =>
        Scale(name, RmsNorm(name + ".rms", x, epsilon / width, width), 1 / MathF.Sqrt(width));

    /// <summary>
    /// (x - mean) / deviation over every <paramref name="width"/> elements of a row (the whole row by default), times weight [n], plus
    /// bias [n] (Ba et al. 2016).
    /// </summary>
    public Tensor LayerNorm(string name, Tensor x, float epsilon, Tensor? weight = null, Tensor? bias = null, long width = 0)
    {
        Op op = Append(Opcode.LAYER_NORM, name, Like(name, x));
        op.Sources[0] = x;
        op.Sources[1] = weight;
        op.Sources[2] = bias;
        op.SetFloat(0, epsilon);
        op.Parameters[1] = checked((int)(width == 0 ? x.Width : width));
        return op.Destination;
    }

    /// <summary>a + b; b may be one row [n] for all rows of a, one number a row [1, T], or one number [1].</summary>
    public Tensor Add(string name, Tensor a, Tensor b) => Binary(Opcode.ADD, name, a, b);

    /// <summary>a · b element by element; b as for <see cref="Add"/>. One plane of a meets each of b's.</summary>
    public Tensor Mul(string name, Tensor a, Tensor b) => Binary(Opcode.MUL, name, a, b);

    /// <summary>a - b, both [n, T].</summary>
    public Tensor Subtract(string name, Tensor a, Tensor b) => Add(name, a, Scale(name + ".negative", b, -1));

    /// <summary>x · factor + offset.</summary>
    public Tensor Scale(string name, Tensor x, float factor, float offset = 0)
    {
        Op op = Append(Opcode.SCALE, name, Like(name, x));
        op.Sources[0] = x;
        op.SetFloat(0, factor);
        op.SetFloat(1, offset);
        return op.Destination;
    }

    /// <summary>x limited to [-<paramref name="limit"/>, <paramref name="limit"/>].</summary>
    public Tensor Clamp(string name, Tensor x, float limit)
    {
        Op op = Append(Opcode.CLAMP, name, Like(name, x));
        op.Sources[0] = x;
        op.SetFloat(0, -limit);
        op.SetFloat(1, limit);
        return op.Destination;
    }

    /// <summary>c·tanh(x / c).</summary>
    public Tensor SoftCap(string name, Tensor x, float cap) =>
        Scale(name, Activate(name + ".tanh", Scale(name + ".scaled", x, 1 / cap), GluKind.TANH), cap);

    /// <summary>x, written into <paramref name="into"/>, which has its shape, or more planes than x's one.</summary>
    public void Copy(string name, Tensor x, Tensor into)
    {
        Op op = Append(Opcode.COPY, name, into);
        op.Sources[0] = x;
    }

    /// <summary>A tensor [width, rows of <paramref name="like"/>] to be written in parts through views.</summary>
    public static Tensor Assemble(string name, long width, Tensor like) => Scratch(name, width, like);

    /// <summary>Cosines and sines for every position: [rotated, T]; one table serves all layers of the same frequencies.</summary>
    public Tensor RopeTable(string name, Tensor positions, RopeFrequencies frequencies, Tensor? factors)
    {
        Op op = Append(Opcode.ROPE_TABLE, name, Scratch(name, frequencies.Rotated, positions));
        op.Sources[0] = positions;
        op.Sources[1] = factors;
        op.SetFloat(0, frequencies.Base);
        op.SetFloat(1, frequencies.Scale);
        op.SetFloat(2, frequencies.ExtFactor);
        op.SetFloat(3, frequencies.AttentionFactor);
        op.SetFloat(4, frequencies.BetaFast);
        op.SetFloat(5, frequencies.BetaSlow);
        op.Parameters[6] = frequencies.OriginalContext;
        return op.Destination;
    }

    /// <summary>Rotates the heads of x [heads · headDim, T] by a <see cref="RopeTable"/>.</summary>
    /// <param name="name">The op's name.</param>
    /// <param name="x">[heads · headDim, T].</param>
    /// <param name="table">[rotated, T].</param>
    /// <param name="headDim">Elements of a head.</param>
    /// <param name="mode">Which elements make a pair.</param>
    /// <param name="into">Where the result goes, if not into a tensor of its own.</param>
    public Tensor Rope(string name, Tensor x, Tensor table, int headDim, RopeMode mode, Tensor? into = null)
    {
        Op op = Append(Opcode.ROPE, name, into ?? Like(name, x));
        op.Sources[0] = x;
        op.Sources[1] = table;
        op.Parameters[0] = headDim;
        op.Parameters[1] = (int)mode;
        return op.Destination;
    }

    /// <summary>1 + factor·ln(1 + floor((position + offset) / period)) for every row: [1, T].</summary>
    public Tensor Temperature(string name, Tensor positions, float factor, int period, int offset)
    {
        Op op = Append(Opcode.TEMPERATURE, name, Scratch(name, 1, positions));
        op.Sources[0] = positions;
        op.SetFloat(0, factor);
        op.Parameters[1] = period;
        op.Parameters[2] = offset;
        return op.Destination;
    }

    /// <summary>Writes the rows of x [kvHeads · headDim, T] into the cache at the step's slots.</summary>
    public void KvStore(string name, Tensor cache, Tensor x, Tensor slots)
    {
        Op op = Append(Opcode.KV_STORE, name, cache);
        op.Sources[0] = x;
        op.Sources[1] = slots;
    }

    /// <summary>Attention of q [heads · headDim, T] over a layer's cache: [heads · valueDim, T].</summary>
    public Tensor Attention(string name, Tensor q, CacheTensors cache, Tensor rows, AttentionOptions options)
    {
        Op op = Append(Opcode.ATTENTION, name, Scratch(name, options.Heads * cache.Values.Width, q));
        op.Sources[0] = q;
        op.Sources[1] = cache.Keys;
        op.Sources[2] = cache.Values;
        op.Sources[3] = rows;
        op.Sources[4] = cache.Table;
        op.Sources[5] = cache.Counts;
        op.Parameters[0] = options.Heads;
        op.Parameters[1] = options.KvHeads;
        op.Parameters[2] = options.Causal ? 1 : 0;
        op.Parameters[3] = options.Window;
        op.SetFloat(4, options.Scale);
        op.SetFloat(5, options.SoftCap);
        op.SetFloat(6, options.AlibiMaxBias);
        op.Sources[6] = options.Sinks;
        op.Sources[7] = options.RelativeBias;
        op.Parameters[7] = options.Window == 0 ? 0 : (int)options.WindowKind;
        if (options.RelativeBias is not null)
        {
            op.Parameters[8] = options.RelativeMaxDistance;
            op.Parameters[9] = options.Causal ? 0 : 1;
        }
        return op.Destination;
    }

    /// <summary>act(gate) · up; <paramref name="parameters"/> are those of the kind in llamakernels.h.</summary>
    public Tensor Glu(string name, Tensor gate, Tensor? up, GluKind kind, params ReadOnlySpan<float> parameters)
    {
        Op op = Append(Opcode.GLU, name, Like(name, gate));
        op.Sources[0] = gate;
        op.Sources[1] = up;
        op.Parameters[0] = (int)kind;
        for (int i = 0; i < parameters.Length; i++)
            op.SetFloat(1 + i, parameters[i]);
        return op.Destination;
    }

    /// <summary>act(x), element by element.</summary>
    public Tensor Activate(string name, Tensor x, GluKind kind, params ReadOnlySpan<float> parameters) => Glu(name, x, null, kind, parameters);

    /// <summary>The rows of x that the step wants logits of: [n, outputs].</summary>
    public Tensor LastRows(string name, Tensor x, Tensor rows) => GetRows(name, x, rows);

    /// <summary>What <paramref name="make"/> makes, once for the graph and each <paramref name="key"/>: a table that layers share.</summary>
    public Tensor Once(object key, Func<Tensor> make) =>
        _shared.TryGetValue(key, out Tensor? known) ? known : _shared[key] = make();

    /// <summary>A scratch tensor [width, rows, planes], the planes of a row side by side in it.</summary>
    public static Tensor Activation(string name, ElementType type, long width, long rows, long planes, Live live)
    {
        if (planes == 1)
            return new Tensor(name, TensorKind.Scratch, type, [width, rows], live);
        int block = Native.BlockSize.Of(type).Length;
        long step = (width + block - 1) / block * block;
        return new Tensor(name, TensorKind.Scratch, type, [step * planes, rows], live).SplitRows(planes, step, 0, width);
    }

    private Tensor Binary(Opcode opcode, string name, Tensor a, Tensor b)
    {
        Op op = Append(opcode, name, Activation(name, ElementType.F32, a.Width, a.Rows, Math.Max(a.Planes, b.Planes), a.Live));
        op.Sources[0] = a;
        op.Sources[1] = b;
        return op.Destination;
    }

    private static Tensor Like(string name, Tensor x) => Activation(name, ElementType.F32, x.Width, x.Rows, x.Planes, x.Live);

    /// <summary>A result [width, rows] whose rows are those of <paramref name="rows"/> (its last dimension in use).</summary>
    private static Tensor Scratch(string name, long width, Tensor rows) =>
        new(name, TensorKind.Scratch, ElementType.F32, [width, rows.Rank == 1 ? rows.Width : rows.Rows], rows.Live);

    private CoarseForms Refines(CoarseForms chosen) => Refinement switch
    {
        Refinement.All => CoarseForms.Both,
        Refinement.Chosen => chosen,
        _ => CoarseForms.None,
    };

    private Op Append(Opcode opcode, string name, Tensor destination)
    {
        var op = new Op(opcode, name, destination);
        if (destination.Kind == TensorKind.Scratch)
            destination.Producer = op;
        _ops.Add(op);
        return op;
    }
}

/// <summary>One layer's keys and values [headDim, blockTokens, kvHeads, blocks], its group's block table and the slots of new rows.</summary>
internal sealed record CacheTensors(Tensor Keys, Tensor Values, Tensor Slots, Tensor Table, Tensor Counts);

/// <summary>The frequencies of rotary positions; see ROPE_TABLE in llamakernels.h.</summary>
internal readonly record struct RopeFrequencies(
    int Rotated, float Base, float Scale = 1, float ExtFactor = 0, float AttentionFactor = 1,
    float BetaFast = 32, float BetaSlow = 1, int OriginalContext = 0);
