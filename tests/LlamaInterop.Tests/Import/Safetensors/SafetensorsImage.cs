using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace LlamaInterop.Tests.Import.Safetensors;

/// <summary>A safetensors file made in memory, tensor after tensor.</summary>
internal sealed class SafetensorsImage
{
    private readonly JsonObject _header = [];
    private readonly MemoryStream _data = new();

    public byte[] Bytes
    {
        get
        {
            byte[] header = Encoding.UTF8.GetBytes(_header.ToJsonString());
            return [.. BitConverter.GetBytes((long)header.Length), .. header, .. _data.ToArray()];
        }
    }

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">As the format names it: F32, I32, U8.</param>
    /// <param name="shape">Its sizes.</param>
    /// <param name="elements">Its elements as they are stored.</param>
    public SafetensorsImage Add<T>(string name, string type, int[] shape, params ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        long start = _data.Length;
        _data.Write(MemoryMarshal.AsBytes(elements));
        _header[name] = new JsonObject
        {
            ["dtype"] = type,
            ["shape"] = new JsonArray([.. shape.Select(size => JsonValue.Create(size))]),
            ["data_offsets"] = new JsonArray(start, _data.Length),
        };
        return this;
    }
}
