using LlamaInterop.Import.Quantized;
using LlamaInterop.Import.Safetensors;
using LlamaInterop.Import.Torch;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Import;

/// <summary>
/// A model as transformers saves it: a folder with <c>config.json</c> and weights in one file or several, or such a file, with
/// <c>NAME_config.json</c> or <c>config.json</c> beside it.
/// </summary>
internal static class HuggingFaceModel
{
    private const string ConfigName = "config.json";
    private const string TorchExtension = ".bin";

    /// <summary>How weights are called in a folder, the better format first.</summary>
    private static readonly (string Stem, string Extension)[] WeightNames =
    [
        ("model", ".safetensors"),
        ("pytorch_model", TorchExtension),
    ];

    /// <summary>The model, or null where the path is of another format.</summary>
    /// <exception cref="ImportException">A file is missing or malformed.</exception>
    /// <exception cref="Models.ModelException">The architecture is none that runs here, or its configuration is malformed.</exception>
    public static ImportedModel? Open(string path)
    {
        if (Directory.Exists(path) ? !File.Exists(Path.Combine(path, ConfigName)) : !IsWeights(path))
            return null;
        ModelConfig config = ModelConfig.Load(ConfigOf(path));
        CheckpointMap map = CheckpointMaps.Of(config);
        SentencePooling.Set(map.Keys, Path.GetDirectoryName(config.Path) ?? "");
        return new ImportedModel(OpenWeights(path, PartsOf(path), config), map) { Name = NameOf(path), Tokenizer = TokenizerBeside.Find(path, config.Root) };
    }

    /// <summary>The last part of a path, without a file's extension and a part's number.</summary>
    private static string NameOf(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Path.GetFileName(Directory.Exists(path) ? full : ShardIndex.StemOf(full));
    }

    /// <summary>Other formats call their files .bin too.</summary>
    private static bool IsWeights(string path) => IsTorch(path) ? TorchCheckpoint.Recognizes(path)
        : WeightNames.Any(name => path.EndsWith(name.Extension, StringComparison.OrdinalIgnoreCase));

    private static Checkpoint OpenWeights(string path, IReadOnlyList<string> parts, ModelConfig config)
    {
        Checkpoint stored = IsTorch(parts[0]) ? TorchParts.Open(path, parts) : SafetensorsCheckpoint.Open(path, parts);
        try
        {
            return QuantizedCheckpoint.Of(stored, config);
        }
        catch
        {
            stored.Dispose();
            throw;
        }
    }

    private static bool IsTorch(string path) => path.EndsWith(TorchExtension, StringComparison.OrdinalIgnoreCase);

    private static string ConfigOf(string path)
    {
        if (Directory.Exists(path))
            return Path.Combine(path, ConfigName);
        string named = $"{ShardIndex.StemOf(path)}_{ConfigName}", plain = Path.Combine(Path.GetDirectoryName(path) ?? "", ConfigName);
        if (File.Exists(named))
            return named;
        return File.Exists(plain) ? plain
            : throw new ImportException(ImportCheck.File, path, $"has neither {Path.GetFileName(named)} nor {ConfigName} beside it");
    }

    private static IReadOnlyList<string> PartsOf(string path)
    {
        if (File.Exists(path))
            return ShardIndex.PartsBeside(path);
        foreach ((string stem, string extension) in WeightNames)
        {
            string index = Path.Combine(path, $"{stem}{extension}.index.json"), whole = Path.Combine(path, stem + extension);
            if (File.Exists(index))
                return ShardIndex.PartsOf(index);
            if (File.Exists(whole))
                return [whole];
            string[] others = Directory.GetFiles(path, $"*{extension}");
            if (others.Length > 0)
                return others.Length == 1 || ShardIndex.PartsBeside(others[0]) is var parts && parts.Count == others.Length ? ShardIndex.PartsBeside(others[0])
                    : throw new ImportException(ImportCheck.File, path, $"has {others.Length} files *{extension}, but no {stem}{extension}.index.json that says which are the model's");
        }
        throw new ImportException(ImportCheck.File, path, $"has {ConfigName}, but no weights ({string.Join(", ", WeightNames.Select(name => name.Stem + name.Extension))})");
    }
}
