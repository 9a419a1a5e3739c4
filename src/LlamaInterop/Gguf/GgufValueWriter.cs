using System.Runtime.InteropServices;
using System.Text;

namespace LlamaInterop.Gguf;

/// <summary>Encodes metadata values and tensor infos as a header holds them.</summary>
internal static class GgufValueWriter
{
    /// <summary>Writes a value with its type before it.</summary>
    public static void Write(BinaryWriter writer, GgufValue value)
    {
        writer.Write((uint)value.Type);
        switch (value.Data)
        {
            case byte[] text when value.Type == GgufValueType.String: WriteString(writer, text); break;
            case byte x: writer.Write(x); break;
            case sbyte x: writer.Write(x); break;
            case ushort x: writer.Write(x); break;
            case short x: writer.Write(x); break;
            case uint x: writer.Write(x); break;
            case int x: writer.Write(x); break;
            case ulong x: writer.Write(x); break;
            case long x: writer.Write(x); break;
            case float x: writer.Write(x); break;
            case double x: writer.Write(x); break;
            case bool x: writer.Write(x); break;
            default: WriteArray(writer, value); break;
        }
    }

    public static void WriteString(BinaryWriter writer, ReadOnlySpan<byte> text)
    {
        writer.Write((ulong)text.Length);
        writer.Write(text);
    }

    public static void WriteTensorInfo(BinaryWriter writer, GgufTensorInfo info)
    {
        WriteString(writer, Encoding.UTF8.GetBytes(info.Name));
        writer.Write((uint)info.Dimensions.Length);
        foreach (long dimension in info.Dimensions)
            writer.Write(dimension);
        writer.Write((uint)info.Type);
        writer.Write(info.FileOffset);
    }

    private static void WriteArray(BinaryWriter writer, GgufValue value)
    {
        writer.Write((uint)value.ElementType!.Value);
        writer.Write((ulong)value.Count);
        switch (value.ElementType)
        {
            case GgufValueType.String: WriteStrings(writer, value.Strings!); break;
            case GgufValueType.Array: WriteArrays(writer, value.Arrays); break;
            case GgufValueType.UInt8: WriteNumbers<byte>(writer, value); break;
            case GgufValueType.Int8: WriteNumbers<sbyte>(writer, value); break;
            case GgufValueType.UInt16: WriteNumbers<ushort>(writer, value); break;
            case GgufValueType.Int16: WriteNumbers<short>(writer, value); break;
            case GgufValueType.UInt32: WriteNumbers<uint>(writer, value); break;
            case GgufValueType.Int32: WriteNumbers<int>(writer, value); break;
            case GgufValueType.UInt64: WriteNumbers<ulong>(writer, value); break;
            case GgufValueType.Int64: WriteNumbers<long>(writer, value); break;
            case GgufValueType.Float32: WriteNumbers<float>(writer, value); break;
            case GgufValueType.Float64: WriteNumbers<double>(writer, value); break;
            case GgufValueType.Bool: WriteNumbers<bool>(writer, value); break;
        }
    }

    private static void WriteStrings(BinaryWriter writer, GgufStringArray texts)
    {
        for (int i = 0; i < texts.Count; i++)
            WriteString(writer, texts.Utf8(i).Span);
    }

    private static void WriteArrays(BinaryWriter writer, ReadOnlySpan<GgufValue> arrays)
    {
        foreach (var array in arrays)
            WriteArray(writer, array);
    }

    private static void WriteNumbers<T>(BinaryWriter writer, GgufValue value) where T : unmanaged =>
        writer.Write(MemoryMarshal.AsBytes(value.Elements<T>()));
}
