using LlamaInterop.Gguf;
using LlamaInterop.Import;
using LlamaInterop.Import.Adapters;

namespace LlamaInterop.Tools;

/// <summary>Converts a LoRA adapter: what llama.cpp's <c>convert_lora_to_gguf.py</c> writes.</summary>
internal static class AdapterConversion
{
    public static ConvertReport Run(
        ImportedAdapter adapter, string source, string? output, ConvertOptions options, IProgress<double>? progress, CancellationToken cancel)
    {
        ConvertType type = options.OutputType == ConvertType.Auto ? ConvertType.F32 : options.OutputType;
        PlannedOutput[] plan = [.. adapter.Tensors.Select(tensor => Describe(tensor.Name, tensor.Tensor, type))];
        var metadata = new GgufWriter();
        ConvertedMetadata.SetGeneral(metadata, adapter.Architecture, options.ModelName ?? adapter.Name);
        metadata.Set("general.type", GgufValue.From("adapter"));
        metadata.Set("adapter.type", GgufValue.From("lora"));
        metadata.Set("adapter.lora.alpha", GgufValue.From(adapter.Alpha));
        string path = OutputPath.Of(source, output, adapter.Name, type.ToString());
        ConvertedSources.RefuseAs(path, source);
        IReadOnlyList<string> paths = new ConvertedFiles(adapter.Checkpoint.Path, metadata, plan, options, progress).Write(path, cancel);
        return new ConvertReport(paths, adapter.Architecture, type, [.. plan.Select(tensor => tensor.Info)], adapter.Warnings);
    }

    /// <summary>Ranks are seldom whole blocks: what cannot be quantized is F16.</summary>
    private static PlannedOutput Describe(string name, SourceTensor tensor, ConvertType type)
    {
        GgufTensorType stored = Enum.Parse<GgufTensorType>(type.ToString());
        if (tensor.RowLength % GgufTensorTypes.BlockLength(stored) != 0)
            stored = GgufTensorType.F16;
        return new PlannedOutput(tensor, new ConvertedTensor(name, stored, [.. tensor.Shape.Reverse()]));
    }
}
