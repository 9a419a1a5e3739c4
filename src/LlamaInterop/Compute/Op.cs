using LlamaInterop.Native;

namespace LlamaInterop.Compute;

/// <summary>One op of a graph. Passes rewrite its sources; <see cref="Schedule"/> gives it a phase.</summary>
internal sealed class Op(Opcode opcode, string name, Tensor destination)
{
    public const int MaxSources = 8;
    public const int MaxParameters = 16;

    private readonly Tensor?[] _sources = new Tensor?[MaxSources];
    private readonly int[] _parameters = new int[MaxParameters];

    public Opcode Opcode { get; } = opcode;

    public string Name { get; } = name;

    public Tensor Destination { get; set; } = destination;

    /// <summary>Sources in the order of llamakernels.h; null where an optional one is absent.</summary>
    public Span<Tensor?> Sources => _sources;

    /// <summary>Parameter words; floats by their bits.</summary>
    public Span<int> Parameters => _parameters;

    /// <summary>Whether row r of the result depends on row r of the sources alone (<c>by_row</c> in lk_ops.inc).</summary>
    public bool ByRow => Opcode is not (Opcode.MAT_MUL or Opcode.ATTENTION or Opcode.EXPERT_SORT or Opcode.MAT_MUL_ID or Opcode.TOKEN_SHIFT
        or Opcode.SHORT_CONV or Opcode.SSM_SCAN or Opcode.WKV6 or Opcode.WKV7 or Opcode.GATED_DELTA or Opcode.SQUARE_SUM);

    /// <summary>The tensor whose rows are the op's rows: of ops that scatter rows (over a cache, over experts) or sum them it is the source.</summary>
    public Tensor RowsOf => Opcode is Opcode.KV_STORE or Opcode.EXPERT_SORT or Opcode.SQUARE_SUM ? _sources[0]! : Destination;

    /// <summary>For a MAT_MUL: the forms of activations that are to be refined for it, see <see cref="Graph.MatMul"/>.</summary>
    public CoarseForms Refined { get; init; }

    /// <summary>Between two phases all threads meet.</summary>
    public int Phase { get; set; }

    /// <summary>How it follows the op before it, in the same thread: not at all, row by row, slice by slice.</summary>
    public LkLink Link { get; set; }

    public void SetFloat(int index, float value) => _parameters[index] = BitConverter.SingleToInt32Bits(value);

    public float GetFloat(int index) => BitConverter.Int32BitsToSingle(_parameters[index]);
}
