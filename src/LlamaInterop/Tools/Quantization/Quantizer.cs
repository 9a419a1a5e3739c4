using System.Diagnostics;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>
/// Writes a model's weights in smaller element types, as <c>llama-quantize</c> does: the same tensors get the same types. Tensors
/// stream through, so that memory does not grow with the model.
/// </summary>
public static class Quantizer
{
    /// <summary>What <see cref="Run"/> would write, without reading weights.</summary>
    /// <param name="input">A GGUF file; of a split model the first part.</param>
    /// <param name="options">What it becomes.</param>
    /// <exception cref="GgufException">The input is refused.</exception>
    /// <exception cref="QuantizeException">It cannot be quantized so.</exception>
    public static QuantizePlan Plan(string input, QuantizeOptions options)
    {
        using GgufFile file = GgufFile.Open(input);
        return Plan(file, options, ImportanceWeights.Select(options), out _);
    }

    /// <summary>Quantizes a model.</summary>
    /// <param name="input">A GGUF file; of a split model the first part.</param>
    /// <param name="output">
    /// The file to write, which appears when it is whole; with <see cref="QuantizeOptions.KeepSplit"/> the name that the parts share.
    /// </param>
    /// <param name="options">What it becomes.</param>
    /// <param name="progress">Told after every piece, by the calling thread.</param>
    /// <param name="cancel">Ends the work; the output stays as it was.</param>
    /// <exception cref="GgufException">The input is refused, or the output cannot be written.</exception>
    /// <exception cref="QuantizeException">The model cannot be quantized so.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was signalled.</exception>
    public static QuantizeReport Run(
        string input, string output, QuantizeOptions options, IProgress<QuantizeProgress>? progress = null, CancellationToken cancel = default) =>
        PlanAndRun(input, output, options, planned: null, progress, cancel);

    /// <summary><see cref="Run"/>, which hands the plan to <paramref name="planned"/> before anything is written.</summary>
    internal static QuantizeReport PlanAndRun(
        string input, string output, QuantizeOptions options, Action<QuantizePlan>? planned, IProgress<QuantizeProgress>? progress, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads);
        var clock = Stopwatch.StartNew();
        using GgufFile file = GgufFile.Open(input);
        ImportanceWeights? importance = ImportanceWeights.Select(options);
        QuantizePlan plan = Plan(file, options, importance, out OrderedDictionary<string, GgufValue> metadata);
        planned?.Invoke(plan);
        var files = new QuantizedFiles(output, plan, metadata, options.KeepSplit ? file.Parts.Count : null);
        foreach (string path in files.Paths)
        {
            GgufMerger.RefuseSource(file, path);
            OutputFile.RefuseSources(path, options.ImportanceFile);
        }
        if (plan.Tensors.FirstOrDefault(tensor => tensor.LacksImportance) is { } lacking)
            throw new QuantizeException($"tensor '{lacking.Name}' cannot become {lacking.Type} without an importance matrix that has it (--imatrix)");
        List<RowCodec> jobs = [.. plan.Tensors.Where(tensor => !tensor.IsCopy).Select(tensor => new RowCodec(tensor, importance))];
        jobs.ForEach(job => job.RefuseMissingKernels());

        using var pipeline = new SlabPipeline(file, jobs, options.Threads == 0 ? Environment.ProcessorCount : options.Threads, cancel);
        var copy = new TensorCopy(file);
        long done = 0;
        long total = plan.InputBytes;
        files.Write(Write, cancel);
        return new(plan, files.Paths, clock.Elapsed);

        void Write(QuantizedTensor tensor, Stream stream)
        {
            if (tensor.IsCopy)
            {
                copy.Write(tensor, stream, Report);
                return;
            }
            pipeline.Take(tensor, slab =>
            {
                stream.Write(slab.Target);
                Report(slab.Part.SourceLength);
            });

            void Report(int bytes)
            {
                done += bytes;
                progress?.Report(new QuantizeProgress(tensor.Name, done, total));
            }
        }
    }

    private static QuantizePlan Plan(GgufFile file, QuantizeOptions options, ImportanceWeights? importance, out OrderedDictionary<string, GgufValue> metadata)
    {
        GgufMetadata overridden = file.Metadata.WithOverrides(options.Overrides);
        ModelTraits traits = ModelTraits.Read(overridden);
        var pruning = new LayerPruning(options.PruneLayers, traits, overridden);
        metadata = QuantizedMetadata.Of(file.Metadata, options, importance);
        if (!pruning.IsEmpty)
            QuantizedMetadata.Append(metadata, $"{traits.Architecture}.block_count", GgufValue.From((uint)pruning.LayersLeft));
        return QuantizePlanner.Plan(file.Tensors, options, importance, traits, pruning);
    }
}
