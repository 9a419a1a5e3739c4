using LlamaInterop.Import.Safetensors;
using LlamaInterop.Import.Torch;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Import.Adapters;

/// <summary>A LoRA adapter of PEFT or MLX, opened: its pairs under the names that llama.cpp gives them in GGUF.</summary>
/// <param name="Checkpoint">Its tensors; disposed with this.</param>
/// <param name="Architecture">The model's.</param>
/// <param name="Alpha">The scale, times the rank.</param>
/// <param name="Tensors">By GGUF's names, <c>blk.0.attn_q.weight.lora_a</c> [rank, inputs] and <c>.lora_b</c> [outputs, rank].</param>
internal sealed record ImportedAdapter(Checkpoint Checkpoint, string Architecture, float Alpha, IReadOnlyList<(string Name, SourceTensor Tensor)> Tensors) : IDisposable
{
    /// <summary>What MLX multiplies an adapter by that states nothing.</summary>
    private const float MlxScale = 20;

    private const string ConfigName = "adapter_config.json";

    /// <summary>How adapters are called in a folder: PEFT's, then MLX's.</summary>
    private static readonly string[] FileNames = ["adapter_model.safetensors", "adapter_model.bin", "adapters.safetensors"];

    /// <summary>The folder's or the file's name.</summary>
    public required string Name { get; init; }

    /// <summary>What was assumed.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The adapter, or null where the path is none.</summary>
    /// <param name="path">A folder or a file.</param>
    /// <param name="model">The model that it belongs to: a folder with <c>config.json</c>, that file, or a GGUF file; null to ask the adapter.</param>
    /// <exception cref="ImportException">It is malformed, or the model is not known.</exception>
    public static ImportedAdapter? Open(string path, string? model)
    {
        if (WeightsOf(path) is not { } weights)
            return null;
        Checkpoint checkpoint = weights.EndsWith(".bin", StringComparison.OrdinalIgnoreCase) ? TorchCheckpoint.Open(weights) : SafetensorsCheckpoint.Open(weights, [weights]);
        try
        {
            ModelConfig? config = ConfigOf(weights) is { } file ? ModelConfig.Load(file) : null;
            CheckpointMap map = AdapterBase.MapOf(model ?? ModelOf(weights, config));
            IReadOnlyList<LoraPair> pairs = LoraPair.Of(checkpoint);
            var warnings = new List<string>();
            float alpha = AlphaOf(checkpoint, config, pairs, warnings);
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Directory.Exists(path) ? path : Path.ChangeExtension(path, null))));
            return new ImportedAdapter(checkpoint, map.Architecture, alpha, new AdapterPlan(checkpoint, map).Of(pairs)) { Name = name, Warnings = warnings };
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public void Dispose() => Checkpoint.Dispose();

    /// <summary>A folder's adapter, or a file that is called like one or whose configuration says that it is.</summary>
    private static string? WeightsOf(string path)
    {
        if (Directory.Exists(path))
            return FileNames.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists);
        bool isAdapter = FileNames.Contains(Path.GetFileName(path))
            || ConfigOf(path) is { } config && !FileNames.Contains(Path.GetFileName(path)) && Path.GetFileName(config) != ConfigName && ModelConfig.Load(config).Has("peft_type");
        return File.Exists(path) && isAdapter ? path : null;
    }

    private static string? ConfigOf(string weights)
    {
        string[] files = [Path.ChangeExtension(weights, null) + "_config.json", Path.Combine(Path.GetDirectoryName(weights) ?? "", ConfigName)];
        return Array.Find(files, File.Exists);
    }

    private static string ModelOf(string weights, ModelConfig? config) =>
        config?.StringOrNull("base_model_name_or_path", "model") is { } stated && Directory.Exists(stated) ? stated
            : throw new ImportException(ImportCheck.File, weights, "is an adapter: --base must name the model that it belongs to, a folder with config.json or a GGUF file");

    private static float AlphaOf(Checkpoint checkpoint, ModelConfig? config, IReadOnlyList<LoraPair> pairs, List<string> warnings)
    {
        if (pairs.Count == 0)
            throw new ImportException(ImportCheck.MissingTensor, checkpoint.Path, "has no tensors");
        float rank = RankOf(checkpoint, pairs[0]);
        if (config?.Section("lora_parameters") is { } parameters)
            return parameters.FloatOr(MlxScale, "scale") * rank;
        if (config is not null && config.Has("lora_alpha"))
            return PeftAlpha(config, rank);
        if (!pairs[0].IsTransposed)
            throw new ImportException(ImportCheck.File, checkpoint.Path, $"has no {ConfigName} with lora_alpha beside it");
        warnings.Add($"{checkpoint.Path}: no {ConfigName} states a scale: MLX's own, {MlxScale}, it is");
        return MlxScale * rank;
    }

    /// <summary>GGUF's readers divide by the rank; rank-stabilized LoRA (Kalajdzievski 2023) by its root.</summary>
    private static float PeftAlpha(ModelConfig config, float rank)
    {
        if (config.BoolOr(false, "use_dora"))
            throw config.Refuse("use_dora", "is true: DoRA's magnitudes have no place in GGUF");
        if (config.Section("alpha_pattern")?.Root.EnumerateObject().Any() == true)
            throw config.Refuse("alpha_pattern", "gives matrices scales of their own, which have no place in GGUF");
        float alpha = config.Float("lora_alpha");
        return config.BoolOr(false, "use_rslora") ? alpha * MathF.Sqrt(rank) : alpha;
    }

    private static long RankOf(Checkpoint checkpoint, LoraPair pair) => checkpoint.TryGet(pair.Down, out var down) && down.Shape.Length == 2
        ? down.Shape[pair.IsTransposed ? 1 : 0] : throw new ImportException(ImportCheck.Shape, checkpoint.Path, $"tensor '{pair.Down}' is not a matrix");
}
