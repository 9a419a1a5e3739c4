namespace LlamaInterop.Compute;

/// <summary>What varies between the attention of one family and another; see ATTENTION in llamakernels.h.</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KvHeads">Key and value heads; divides <paramref name="Heads"/>.</param>
/// <param name="Scale">Factor of q·k.</param>
/// <param name="Window">Keys this many positions back and further are not seen; 0 for none.</param>
/// <param name="SoftCap">c of c·tanh(score / c); 0 for none.</param>
/// <param name="AlibiMaxBias">Max bias of ALiBi (Press et al. 2022); 0 for none.</param>
/// <param name="Causal">Whether keys after the query are hidden.</param>
internal readonly record struct AttentionOptions(
    int Heads, int KvHeads, float Scale, int Window = 0, float SoftCap = 0, float AlibiMaxBias = 0, bool Causal = true);

/// <summary>
/// The forward pass of one batch class, written by a model op by op in order of execution. Shapes are [dims[0], dims[1]] with
/// dims[0] contiguous, as GGUF writes them; T is the batch class's token capacity. All activations are f32: where a kernel reads
/// another form, a pass inserts the conversion.
/// </summary>
internal sealed class Graph(int tokenCapacity, int outputCapacity)
{
    private readonly List<Op> _ops = [];

    /// <summary>Rows of the batch class: tokens of one step at most.</summary>
    public int TokenCapacity { get; } = tokenCapacity;

    /// <summary>Rows whose logits one step can give.</summary>
    public int OutputCapacity { get; } = outputCapacity;

    /// <summary>The ops in order of execution. Passes replace the list's content.</summary>
    public List<Op> Ops => _ops;

    /// <summary>Rows <paramref name="ids"/> of <paramref name="table"/> [n, V], dequantized: [n, T].</summary>
    public Tensor GetRows(string name, Tensor table, Tensor ids)
    {
        Op op = Append(Opcode.GET_ROWS, name, Scratch(name, table.Width, ids));
        op.Sources[0] = table;
        op.Sources[1] = ids;
        return op.Destination;
    }

    /// <summary>Weights [k, m] times x [k, T]: [m, T].</summary>
    /// <param name="name">The op's name.</param>
    /// <param name="weights">[k, m].</param>
    /// <param name="x">[k, T].</param>
    /// <param name="refined">
    /// Whether activations that a kernel reads in 8 bits get 16, at twice the multiplications. Worth it where rounding costs most:
    /// a gate's product before the down projection is heavy-tailed and makes more than half of all error, outlier channels reach
    /// the scores through q and k; and where it costs little: the output head computes one row a prompt.
    /// </param>
    public Tensor MatMul(string name, Tensor weights, Tensor x, bool refined = false)
    {
        var product = new Tensor(name, TensorKind.Scratch, ElementType.F32, [weights.Rows, x.Rows], x.Live);
        var op = new Op(Opcode.MAT_MUL, name, product) { Refined = refined };
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

    /// <summary>a + b; b may be one row for all rows of a.</summary>
    public Tensor Add(string name, Tensor a, Tensor b) => Binary(Opcode.ADD, name, a, b);

    /// <summary>a · b element by element; b may be one row for all rows of a.</summary>
    public Tensor Mul(string name, Tensor a, Tensor b) => Binary(Opcode.MUL, name, a, b);

    /// <summary>x · factor + offset.</summary>
    public Tensor Scale(string name, Tensor x, float factor, float offset = 0)
    {
        Op op = Append(Opcode.SCALE, name, Like(name, x));
        op.Sources[0] = x;
        op.SetFloat(0, factor);
        op.SetFloat(1, offset);
        return op.Destination;
    }

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
    public Tensor Rope(string name, Tensor x, Tensor table, int headDim, RopeMode mode)
    {
        Op op = Append(Opcode.ROPE, name, Like(name, x));
        op.Sources[0] = x;
        op.Sources[1] = table;
        op.Parameters[0] = headDim;
        op.Parameters[1] = (int)mode;
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
        return op.Destination;
    }

    /// <summary>act(gate) · up.</summary>
    public Tensor Glu(string name, Tensor gate, Tensor up, GluKind kind)
    {
        Op op = Append(Opcode.GLU, name, Like(name, gate));
        op.Sources[0] = gate;
        op.Sources[1] = up;
        op.Parameters[0] = (int)kind;
        return op.Destination;
    }

    /// <summary>The rows of x that the step wants logits of: [n, outputs].</summary>
    public Tensor LastRows(string name, Tensor x, Tensor rows) => GetRows(name, x, rows);

    private Tensor Binary(Opcode opcode, string name, Tensor a, Tensor b)
    {
        Op op = Append(opcode, name, Like(name, a));
        op.Sources[0] = a;
        op.Sources[1] = b;
        return op.Destination;
    }

    private static Tensor Like(string name, Tensor x) =>
        new(name, TensorKind.Scratch, ElementType.F32, [x.Width, x.Rows], x.Live);

    /// <summary>A result [width, rows] whose rows are those of <paramref name="rows"/> (its last dimension in use).</summary>
    private static Tensor Scratch(string name, long width, Tensor rows) =>
        new(name, TensorKind.Scratch, ElementType.F32, [width, rows.Rank == 1 ? rows.Width : rows.Rows], rows.Live);

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
