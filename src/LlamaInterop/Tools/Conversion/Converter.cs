using LlamaInterop.Gguf;
using LlamaInterop.Import;
using LlamaInterop.Import.Derived;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Tools;

/// <summary>Converts models of other formats to GGUF: what llama.cpp's <c>convert_hf_to_gguf.py</c> does.</summary>
public static class Converter
{
    private const int QuantizationVersion = 2;

    /// <summary>Converts a model. Memory holds some rows at a time; the file appears when it is whole.</summary>
    /// <param name="source">A folder or file of a model.</param>
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
        using ImportedModel model = ImportedModel.Open(source);
        ConvertType type = options.OutputType == ConvertType.Auto ? TensorTypeChoice.OfCheckpoint(model.Checkpoint) : options.OutputType;
        var warnings = new List<string>(model.Warnings);
        var writer = new GgufWriter();
        WriteGeneral(writer, model, type, options);
        (SourceTensor Tensor, ConvertedTensor Info)[] tensors = Plan(model, type);
        WriteVocabulary(writer, model, tensors, options, warnings);
        AddTensors(writer, model, tensors, progress);
        string path = OutputPath.Of(source, output, model.Name, type);
        if (!options.DryRun)
            writer.Write(path, cancel);
        return new ConvertReport(path, model.Map.Architecture, type, [.. tensors.Select(tensor => tensor.Info)], warnings);
    }

    private static void WriteGeneral(GgufWriter writer, ImportedModel model, ConvertType type, ConvertOptions options)
    {
        writer.Set("general.architecture", GgufValue.From(model.Map.Architecture));
        writer.Set("general.type", GgufValue.From("model"));
        writer.Set("general.name", GgufValue.From(options.ModelName ?? model.Name));
        foreach ((string key, GgufValue value) in model.Map.Keys.Values)
            writer.Set(key, value);
        writer.Set("general.file_type", GgufValue.From(FileTypeOf(type)));
        writer.Set("general.quantization_version", GgufValue.From((uint)QuantizationVersion));
    }

    private static void WriteVocabulary(
        GgufWriter writer, ImportedModel model, (SourceTensor Tensor, ConvertedTensor Info)[] tensors, ConvertOptions options, List<string> warnings)
    {
        SourceTensor? table = Array.Find(tensors, tensor => tensor.Info.Name == "token_embd.weight").Tensor;
        int rows = (int)Math.Min(table?.RowCount ?? 0, int.MaxValue);
        if (options.NoVocabulary)
        {
            writer.Set("tokenizer.ggml.model", GgufValue.From("none"));
            writer.Set($"{model.Map.Architecture}.vocab_size", GgufValue.From((uint)rows));
        }
        else if (model.Tokenizer is { } write)
        {
            write(rows, writer, warnings);
        }
        else
        {
            throw new ImportException(ImportCheck.File, model.Checkpoint.Path, "has no tokenizer beside it (--no-vocab converts the weights alone)");
        }
    }

    private static (SourceTensor Tensor, ConvertedTensor Info)[] Plan(ImportedModel model, ConvertType type)
    {
        var changes = new TensorChanges(model.Checkpoint);
        IReadOnlyList<PlannedTensor> planned = model.Map.Resolve(model.Checkpoint.Path, model.Checkpoint.Tensors.Select(tensor => tensor.Name));
        return
        [
            .. from constant in model.Map.Constants
               select Describe(constant.Name, new ConstantTensor(constant.Name, [.. constant.Values]), type),
            .. from tensor in planned
               select Describe(tensor.Name, changes.Apply(tensor), type),
        ];
    }

    private static (SourceTensor Tensor, ConvertedTensor Info) Describe(string name, SourceTensor tensor, ConvertType type)
    {
        long[] dimensions = tensor.Shape.IsEmpty ? [1] : [.. tensor.Shape.Reverse()];
        return (tensor, new ConvertedTensor(name, TensorTypeChoice.Of(name, tensor, type), dimensions));
    }

    private static void AddTensors(GgufWriter writer, ImportedModel model, (SourceTensor Tensor, ConvertedTensor Info)[] tensors, IProgress<double>? progress)
    {
        long total = Math.Max(1, tensors.Sum(tensor => tensor.Info.ElementCount)), done = 0;
        var encoder = new TensorEncoder(model.Checkpoint.Path, elements => progress?.Report((double)(done += elements) / total));
        foreach ((SourceTensor tensor, ConvertedTensor info) in tensors)
        {
            try
            {
                writer.AddTensor(info.Name, info.Type, info.Dimensions.ToArray(), stream => encoder.Write(tensor, info.Type, stream));
            }
            catch (ArgumentException error)
            {
                throw new ImportException(ImportCheck.Shape, model.Checkpoint.Path, $"tensor '{tensor.Name}': {error.Message}", error);
            }
        }
    }

    /// <summary>llama.cpp's <c>llama_ftype</c>.</summary>
    private static uint FileTypeOf(ConvertType type) => type switch
    {
        ConvertType.F32 => 0,
        ConvertType.F16 => 1,
        ConvertType.Q8_0 => 7,
        ConvertType.BF16 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
