using LlamaInterop.Gguf;
using LlamaInterop.Import;

namespace LlamaInterop.Tools;

/// <summary>Writes a converted model: one file, or the parts that it is divided into.</summary>
/// <param name="source">The checkpoint, for errors.</param>
/// <param name="metadata">The model's keys, and no tensors.</param>
/// <param name="plan">The model's tensors.</param>
/// <param name="options">How.</param>
/// <param name="progress">Gets the share that is written, 0 to 1.</param>
internal sealed class ConvertedFiles(
    string source, GgufWriter metadata, IReadOnlyList<PlannedOutput> plan, ConvertOptions options, IProgress<double>? progress)
{
    private readonly long _total = plan.Sum(tensor => tensor.Info.ByteLength);
    private readonly TensorEncoder _encoder = new(source, options.Threads);
    private long _written;

    /// <summary>Writes, unless this is a dry run; returns the files' paths.</summary>
    /// <param name="path">The file; parts have their numbers before its extension.</param>
    /// <param name="cancel">Stops it.</param>
    public IReadOnlyList<string> Write(string path, CancellationToken cancel)
    {
        GgufOutput[] files = Divide(path, cancel);
        if (!options.DryRun)
            GgufReplacement.Write(files);
        return [.. files.Select(file => file.Path)];
    }

    private GgufOutput[] Divide(string path, CancellationToken cancel)
    {
        if (options.Split is null)
        {
            AddTensors(metadata, plan);
            return [metadata.Prepare(path, cancel)];
        }
        string prefix = path.EndsWith(".gguf", StringComparison.Ordinal) ? path[..^".gguf".Length] : path;
        var parts = GgufSplitter.Divide(plan, tensor => tensor.Info.ByteLength, metadata.Alignment, options.Split);
        return [.. parts.Select((tensors, i) => PartOf(tensors, i, parts.Count).Prepare(GgufSplit.PartPath(prefix, i + 1, parts.Count), cancel))];
    }

    private GgufWriter PartOf(IReadOnlyList<PlannedOutput> tensors, int index, int count)
    {
        GgufWriter writer = index == 0 ? metadata : new GgufWriter();
        GgufSplit.Describe(writer, index, count, plan.Count);
        AddTensors(writer, tensors);
        return writer;
    }

    private void AddTensors(GgufWriter writer, IReadOnlyList<PlannedOutput> tensors)
    {
        foreach (PlannedOutput tensor in tensors)
        {
            try
            {
                writer.AddTensor(tensor.Info.Name, tensor.Info.Type, tensor.Info.Dimensions.ToArray(), stream => _encoder.Write(tensor, stream, Report));
            }
            catch (ArgumentException error)
            {
                throw new ImportException(ImportCheck.Shape, source, $"tensor '{tensor.Source.Name}': {error.Message}", error);
            }
        }
    }

    private void Report(long bytes) => progress?.Report((double)(_written += bytes) / _total);
}
