using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LlamaInterop.Native;

/// <summary>A tensor as <c>lk_program_create</c> reads it (<c>lk_tensor</c>): <c>Dims[0]</c> is contiguous, unused dimensions are 1.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TensorRecord
{
    /// <summary>Elements in each of the 4 dimensions.</summary>
    public Extents Dims;

    /// <summary>Bytes of one block, then the bytes from one index of a dimension to the next.</summary>
    public Extents Strides;

    /// <summary>Bytes from the start of the buffer.</summary>
    public long Offset;

    public LkType Type;
    public LkLayout Layout;

    /// <summary>Index among the program's buffers.</summary>
    public int Buffer;

    private readonly int _reserved;

    /// <summary>The layout that C# gives this struct, under the names of the C header.</summary>
    public static unsafe RecordLayout MeasureLayout()
    {
        TensorRecord record;
        var start = (byte*)&record;
        return new("lk_tensor", sizeof(TensorRecord),
        [
            new("dims", (int)((byte*)&record.Dims - start)),
            new("strides", (int)((byte*)&record.Strides - start)),
            new("offset", (int)((byte*)&record.Offset - start)),
            new("type", (int)((byte*)&record.Type - start)),
            new("layout", (int)((byte*)&record.Layout - start)),
            new("buffer", (int)((byte*)&record.Buffer - start)),
            new("reserved", (int)((byte*)&record._reserved - start)),
        ]);
    }

    [InlineArray(4)]
    public struct Extents
    {
        private long _first;
    }
}
