using System.Collections;
using System.Globalization;
using System.Text.Json;
using LlamaInterop.Cli.Text;
using LlamaInterop.Gguf;

namespace LlamaInterop.Cli.Output;

/// <summary>A GGUF file as one JSON object; arrays are written in full.</summary>
internal static class GgufJson
{
    public static void Write(GgufFile file, Stream output)
    {
        using (var writer = new Utf8JsonWriter(output, JsonText.Indented))
        {
            writer.WriteStartObject();
            writer.WriteString("file", file.Path);
            writer.WriteNumber("parts", file.Parts.Count);
            writer.WriteNumber("version", file.Version);
            writer.WriteNumber("alignment", file.Alignment);
            writer.WriteNumber("parameters", file.Tensors.Sum(tensor => tensor.ElementCount));
            writer.WriteNumber("bytes", file.Tensors.Sum(tensor => tensor.ByteLength));
            WriteMetadata(writer, file.Metadata);
            WriteTensors(writer, file.Tensors);
            writer.WriteEndObject();
        }
        output.WriteByte((byte)'\n');
    }

    private static void WriteMetadata(Utf8JsonWriter writer, GgufMetadata metadata)
    {
        writer.WriteStartObject("metadata");
        foreach (var (key, value) in metadata)
        {
            writer.WritePropertyName(key);
            WriteValue(writer, value);
        }
        writer.WriteEndObject();
    }

    private static void WriteTensors(Utf8JsonWriter writer, IReadOnlyList<GgufTensorInfo> tensors)
    {
        writer.WriteStartArray("tensors");
        foreach (var tensor in tensors)
        {
            writer.WriteStartObject();
            writer.WriteString("name", tensor.Name);
            writer.WriteString("type", tensor.Type.ToString());
            writer.WriteStartArray("shape");
            foreach (long dimension in tensor.Dimensions)
                writer.WriteNumberValue(dimension);
            writer.WriteEndArray();
            writer.WriteNumber("part", tensor.PartIndex);
            writer.WriteNumber("offset", tensor.FileOffset);
            writer.WriteNumber("bytes", tensor.ByteLength);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, GgufValue value)
    {
        if (value.Type == GgufValueType.Array)
            WriteArray(writer, (IEnumerable)value.Data);
        else if (value.Type == GgufValueType.String)
            writer.WriteStringValue(value.ToString());
        else
            WriteScalar(writer, value.Data);
    }

    private static void WriteArray(Utf8JsonWriter writer, IEnumerable elements)
    {
        writer.WriteStartArray();
        foreach (object element in elements)
        {
            if (element is GgufValue nested)
                WriteValue(writer, nested);
            else
                WriteScalar(writer, element);
        }
        writer.WriteEndArray();
    }

    /// <summary>JSON has no number for infinities and NaN: those are written as strings.</summary>
    private static void WriteScalar(Utf8JsonWriter writer, object value)
    {
        string text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        if (value is bool truth)
            writer.WriteBooleanValue(truth);
        else if (value is string || value is float and not (> float.NegativeInfinity and < float.PositiveInfinity)
            || value is double and not (> double.NegativeInfinity and < double.PositiveInfinity))
            writer.WriteStringValue(text);
        else
            writer.WriteRawValue(text);
    }
}
