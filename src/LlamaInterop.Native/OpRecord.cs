using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LlamaInterop.Native;

/// <summary>An op as <c>lk_program_create</c> reads it (<c>lk_op</c>). Its tensors are indices among the program's.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpRecord
{
    public LkOpcode Opcode;

    /// <summary>Never falls from op to op; ops of one phase are independent of each other, chains apart.</summary>
    public int Phase;

    /// <summary>An <see cref="LkLink"/> to the op before it.</summary>
    public int Chain;

    /// <summary>The run argument that limits the rows.</summary>
    public LkArgument Live;

    public int Dst;

    /// <summary>Unused ones are -1.</summary>
    public Sources Src;

    /// <summary>A float stands as its IEEE bits.</summary>
    public Parameters Params;

    /// <summary>Where in the program's names this op's begins, in bytes.</summary>
    public int NameOffset;
    public int NameLength;
    private readonly int _reserved;

    /// <summary>An op over all rows, without sources.</summary>
    public OpRecord()
    {
        Live = LkArgument.NONE;
        ((Span<int>)Src).Fill(-1);
    }

    /// <summary>The layout that C# gives this struct, under the names of the C header.</summary>
    public static unsafe RecordLayout MeasureLayout()
    {
        OpRecord record;
        var start = (byte*)&record;
        return new("lk_op", sizeof(OpRecord),
        [
            new("opcode", (int)((byte*)&record.Opcode - start)),
            new("phase", (int)((byte*)&record.Phase - start)),
            new("chain", (int)((byte*)&record.Chain - start)),
            new("live", (int)((byte*)&record.Live - start)),
            new("dst", (int)((byte*)&record.Dst - start)),
            new("src", (int)((byte*)&record.Src - start)),
            new("params", (int)((byte*)&record.Params - start)),
            new("name_offset", (int)((byte*)&record.NameOffset - start)),
            new("name_length", (int)((byte*)&record.NameLength - start)),
            new("reserved", (int)((byte*)&record._reserved - start)),
        ]);
    }

    [InlineArray(8)]
    public struct Sources
    {
        private int _first;
    }

    [InlineArray(16)]
    public struct Parameters
    {
        private int _first;
    }
}
