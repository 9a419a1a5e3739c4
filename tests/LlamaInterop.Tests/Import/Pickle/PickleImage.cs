using System.Buffers.Binary;
using System.Text;
using LlamaInterop.Import.Pickle;

namespace LlamaInterop.Tests.Import.Pickle;

/// <summary>Writes pickles instruction by instruction, as Python does for torch.</summary>
internal sealed class PickleImage
{
    private readonly MemoryStream _bytes = new();

    public byte[] Bytes => _bytes.ToArray();

    /// <summary>A pickle of one value, framed by protocol 2 and the stop.</summary>
    public static byte[] Of(Action<PickleImage> value)
    {
        var image = new PickleImage().Op(PickleOpcode.PROTO).Raw(2);
        value(image);
        return image.Op(PickleOpcode.STOP).Bytes;
    }

    public PickleImage Op(params ReadOnlySpan<PickleOpcode> codes)
    {
        foreach (var code in codes)
            _bytes.WriteByte((byte)code);
        return this;
    }

    public PickleImage Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public PickleImage Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text), length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Op(PickleOpcode.BINUNICODE).Raw(length).Raw(utf8);
    }

    public PickleImage Integer(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Op(PickleOpcode.BININT).Raw(bytes);
    }

    public PickleImage Integers(params ReadOnlySpan<int> values)
    {
        Op(PickleOpcode.MARK);
        foreach (int value in values)
            Integer(value);
        return Op(PickleOpcode.TUPLE);
    }

    public PickleImage Global(string module, string name) => Op(PickleOpcode.GLOBAL).Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    /// <summary>torch's call that makes a tensor of a storage.</summary>
    public PickleImage Tensor(string storageType, string key, int count, int offset, int[] shape, int[] strides)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Op(PickleOpcode.MARK);
        Op(PickleOpcode.MARK).Text("storage").Global("torch", storageType).Text(key).Text("cpu").Integer(count).Op(PickleOpcode.TUPLE, PickleOpcode.BINPERSID);
        Integer(offset).Integers(shape).Integers(strides).Op(PickleOpcode.NEWFALSE);
        Global("collections", "OrderedDict").Op(PickleOpcode.EMPTY_TUPLE, PickleOpcode.REDUCE);
        return Op(PickleOpcode.TUPLE, PickleOpcode.REDUCE);
    }

    /// <summary>A dictionary whose entries <paramref name="entries"/> writes, key and value by turns.</summary>
    public PickleImage Dictionary(Action<PickleImage> entries)
    {
        Op(PickleOpcode.EMPTY_DICT, PickleOpcode.MARK);
        entries(this);
        return Op(PickleOpcode.SETITEMS);
    }
}
