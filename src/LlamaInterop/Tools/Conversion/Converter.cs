using LlamaInterop.Gguf;
using LlamaInterop.Import;
using LlamaInterop.Import.Adapters;

namespace LlamaInterop.Tools;

/// <summary>Converts models of other formats to GGUF: what llama.cpp's <c>convert_hf_to_gguf.py</c> does.</summary>
public static class Converter
{
    /// <summary>Converts a model. Memory holds some rows at a time; the file appears when it is whole.</summary>
    /// <param name="source">A folder or file of a model or of a LoRA adapter; with <see cref="ConvertOptions.VocabularyOnly"/>, of a tokenizer.</param>
    /// <param name="output">The GGUF file, or a folder in which it is named after the model and its type; null: beside the source.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Gets the share that is written, 0 to 1.</param>
    /// <param name="cancel">Stops it; the output is then as it was.</param>
    /// <exception cref="ImportException">A file of the model cannot be read, or is malformed.</exception>
    /// <exception cref="Models.ModelException">The architecture is none that runs here, or its configuration or tensors do not fit it.</exception>
    /// <exception cref="GgufException">The output cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was signalled.</exception>
    public static ConvertReport Run(
        string source, string? output = null, ConvertOptions options = default, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        if (options.VocabularyOnly)
            return VocabularyConversion.Run(source, output, options, cancel);
        using ImportedAdapter? adapter = ImportedAdapter.Open(source, options.BaseModel);
        if (adapter is not null)
            return AdapterConversion.Run(adapter, source, output, options, progress, cancel);
        using ImportedModel opened = ImportedModel.Open(source);
        ImportedModel model = opened with { Checkpoint = DecodedCheckpoint.Of(opened.Checkpoint) };
        ConvertType type = options.OutputType == ConvertType.Auto ? TensorTypeChoice.OfCheckpoint(model.Checkpoint) : options.OutputType;
        IReadOnlyList<PlannedOutput> plan = PlannedOutput.Of(model, type);
        var warnings = new List<string>(model.Warnings);
        GgufWriter metadata = ConvertedMetadata.Of(model, type, plan, options, warnings);
        string path = OutputPath.Of(source, output, model.Name, type.ToString());
        ConvertedSources.RefuseAs(path, source);
        var files = new ConvertedFiles(model.Checkpoint.Path, metadata, plan, options, progress);
        IReadOnlyList<string> paths = files.Write(path, cancel);
        return new ConvertReport(paths, model.Map.Architecture, type, [.. plan.Select(tensor => tensor.Info)], warnings);
    }
}
