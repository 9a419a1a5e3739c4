using LlamaInterop.Gguf;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Tools.Conversion;

/// <summary>The numbers in a GGUF file.</summary>
internal static class GgufValues
{
    /// <summary>All elements of a tensor.</summary>
    public static float[] Read(string path, string name)
    {
        using GgufFile file = GgufFile.Open(path);
        GgufTensorInfo info = file.GetTensor(name);
        byte[] bytes = new byte[info.ByteLength];
        file.ReadTensor(info, bytes);
        float[] values = new float[info.ElementCount];
        Kernels.Dequantize((LkType)info.Type, bytes, values);
        return values;
    }
}
