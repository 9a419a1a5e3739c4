using LlamaInterop.Gguf;
using LlamaInterop.Models;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>From an opened file and the user's options to a runner.</summary>
internal static class ModelLoader
{
    public static ModelRunner CreateRunner(GgufFile file, string arch, BackendHandle backend, LlamaModelOptions options, CancellationToken cancel) =>
        CreateRunner(file, arch, backend, options, ModelRegistry.Create, cancel);

    /// <param name="file">The opened file; open as long as the runner.</param>
    /// <param name="arch">The prefix of its hyper-parameters' keys.</param>
    /// <param name="backend">Where it runs.</param>
    /// <param name="options">The user's.</param>
    /// <param name="create">Makes the model.</param>
    /// <param name="cancel">Ends the loading.</param>
    public static ModelRunner CreateRunner(
        GgufFile file, string arch, BackendHandle backend, LlamaModelOptions options, Func<ModelSource, IModel> create,
        CancellationToken cancel = default)
    {
        HyperParameters parameters = HyperParameters.Read(file.Metadata, arch, options.Rope);
        int context = options.ContextSize == 0 ? parameters.ContextLength : options.ContextSize;
        var weights = new ModelWeights(file, ModelRunner.FirstWeightBuffer, type => backend.MatmulKernel(type) is not null, parameters.Keys);
        IModel model = create(new ModelSource(parameters, weights, context));
        if (model.NeedsWholeText || model is IEncoderDecoder)
            RefuseLongText(file.Path, context);
        bool isF32 = model.NeedsWholeText || weights.Used.All(t => t.Type == ElementType.F32);
        var runnerOptions = new RunnerOptions(
            context,
            model.NeedsWholeText ? context : Math.Max((int)Math.Min(options.BatchSize, (long)context * options.MaxSequences), options.MaxSequences),
            options.MaxSequences,
            Math.Max(options.OutputRows, options.MaxSequences),
            CacheTypes.ElementOf(options.KeyCache, isF32),
            CacheTypes.ElementOf(options.ValueCache, isF32),
            options.FullWindows,
            options.UseMapping,
            options.LockMemory,
            options.Repack,
            options.Activations != ActivationPrecision.Plain,
            options.Checkpoints,
            options.WaitsForHugePages);
        CacheTypes.CheckHeads(file.Path, model.Memory, runnerOptions.KeyType, runnerOptions.ValueType);
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var watch = new LoadWatch(share => options.Progress?.Report(new LoadProgress("reading weights", 0.05 + (0.95 * share))), cancel);
        var runner = new ModelRunner(file, model, weights, backend, runnerOptions, available, watch);
        try
        {
            runner.CompileFirst();
            return runner;
        }
        catch
        {
            runner.Dispose();
            throw;
        }
    }

    /// <summary>A text whose tokens see each other all at once is one step.</summary>
    private static void RefuseLongText(string path, int context)
    {
        if (context > LlamaModelOptions.MaxBatchSize)
            throw new ModelException($"{path}: a context of {context} tokens is more than the {LlamaModelOptions.MaxBatchSize} that an encoder can see in one step; ask for a smaller one (-c)");
    }
}
