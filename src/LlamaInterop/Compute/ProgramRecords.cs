using System.Text;
using LlamaInterop.Native;

namespace LlamaInterop.Compute;

/// <summary>A scheduled and placed graph as the flat records of the native ABI.</summary>
internal sealed class ProgramRecords
{
    private readonly List<TensorRecord> _tensors = [];
    private readonly Dictionary<Tensor, int> _indexes = [];
    private readonly List<byte> _names = [];
    private readonly OpRecord[] _ops;

    private ProgramRecords(IEnumerable<Op> ops) => _ops = [.. ops.Select(RecordOf)];

    /// <summary>Compiles a graph whose tensors lie in <paramref name="buffers"/>.</summary>
    /// <exception cref="NativeException">The backend refuses an op; the message names it.</exception>
    public static ProgramHandle Compile(Graph graph, BackendHandle backend, ReadOnlySpan<BufferHandle> buffers)
    {
        var records = new ProgramRecords(graph.Ops);
        return ProgramHandle.Create(backend, records._tensors.ToArray(), records._ops, buffers, records._names.ToArray());
    }

    /// <summary>Whether the backend has a kernel for an op; its tensors need no place yet.</summary>
    public static bool IsSupported(Op op, BackendHandle backend)
    {
        var records = new ProgramRecords([op]);
        try
        {
            return backend.Supports(records._ops[0], records._tensors.ToArray());
        }
        catch (NativeException e) when (e.Status == LkStatus.INVALID_ARGUMENT)
        {
            // No form of a wrong op is right; compiling the program refuses it, by name.
            return true;
        }
    }

    private OpRecord RecordOf(Op op)
    {
        byte[] name = Encoding.UTF8.GetBytes(op.Name);
        var record = new OpRecord
        {
            Opcode = op.Opcode,
            Phase = op.Phase,
            Chain = (int)op.Link,
            Live = op.RowsOf.Live,
            Dst = IndexOf(op.Destination),
            NameOffset = _names.Count,
            NameLength = name.Length,
        };
        _names.AddRange(name);
        for (int i = 0; i < Op.MaxSources; i++)
        {
            if (op.Sources[i] is { } source)
                record.Src[i] = IndexOf(source);
        }
        op.Parameters.CopyTo(record.Params);
        return record;
    }

    private int IndexOf(Tensor tensor)
    {
        if (_indexes.TryGetValue(tensor, out int known))
            return known;
        var record = new TensorRecord { Offset = tensor.Offset, Type = tensor.Type, Layout = tensor.Layout, Buffer = tensor.Buffer };
        for (int i = 0; i < 4; i++)
        {
            record.Dims[i] = tensor.Dims[i];
            record.Strides[i] = tensor.Stride(i);
        }
        _tensors.Add(record);
        return _indexes[tensor] = _tensors.Count - 1;
    }
}
