using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Gguf;

/// <summary>A model's file with every weight in F32: what its blocks stand for, exactly.</summary>
internal static class DequantizedFile
{
    public static string Write(string path, TemporaryFolder folder)
    {
        using GgufFile file = GgufFile.Open(path);
        var writer = new GgufWriter();
        writer.Set(file.Metadata);
        foreach (GgufTensorInfo tensor in file.Tensors)
            writer.AddTensor(tensor.Name, GgufTensorType.F32, tensor.Dimensions, stream => stream.Write(MemoryMarshal.AsBytes<float>(ValuesOf(file, tensor))));
        string target = folder.File("dequantized.gguf");
        writer.Write(target);
        return target;
    }

    private static float[] ValuesOf(GgufFile file, GgufTensorInfo tensor)
    {
        float[] values = new float[tensor.ElementCount];
        Kernels.Dequantize((LkType)tensor.Type, file.TensorSpan(tensor), values);
        return values;
    }
}
