using System.Text.Json;
using System.Text.Json.Nodes;
using LlamaInterop.Models;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Import.Meta;

/// <summary>
/// Llama as Meta distributes it: <c>params.json</c> and <c>consolidated.00.pth</c>, of larger models several such files, each with a
/// share of every matrix.
/// </summary>
internal static class MetaModel
{
    private const string ParametersName = "params.json";
    private const int MaxParameterBytes = 1 << 20;

    /// <summary>The model, or null where the path is of another format.</summary>
    /// <exception cref="ImportException">A file is missing or malformed.</exception>
    public static ImportedModel? Open(string path)
    {
        bool isFolder = Directory.Exists(path);
        string folder = isFolder ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        string parameters = Path.Combine(folder, ParametersName);
        if (!File.Exists(parameters) || !isFolder && !path.EndsWith(".pth", StringComparison.OrdinalIgnoreCase))
            return null;
        string[] parts = PartsOf(path, isFolder);
        var checkpoint = MergedCheckpoint.Open(path, parts);
        try
        {
            var warnings = new List<string>();
            var config = ReadConfig(parameters, checkpoint, warnings);
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(isFolder || parts.Length > 1 ? folder : Path.ChangeExtension(path, null))));
            return new ImportedModel(checkpoint, Llama.MapOfTransformer(config)) { Name = name, Warnings = warnings, Tokenizer = TokenizerBeside.Find(folder, default) };
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>All parts: consolidated.*.pth where there are such, else the only .pth file.</summary>
    private static string[] PartsOf(string path, bool isFolder)
    {
        string folder = isFolder ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        string[] parts = [.. Directory.GetFiles(folder, "consolidated.*.pth").Order(StringComparer.Ordinal)];
        if (!isFolder)
            return parts.Contains(Path.GetFullPath(path)) ? parts : [path];
        if (parts.Length > 0)
            return RefuseGaps(path, parts);
        string[] others = Directory.GetFiles(folder, "*.pth");
        return others.Length == 1 ? others
            : throw new ImportException(ImportCheck.File, path, $"has {ParametersName} and {others.Length} .pth files, but no consolidated.00.pth");
    }

    private static string[] RefuseGaps(string path, string[] parts)
    {
        for (int i = 0; i < parts.Length; i++)
        {
            string expected = $"consolidated.{i:D2}.pth";
            if (Path.GetFileName(parts[i]) != expected)
                throw new ImportException(ImportCheck.File, path, $"has {Path.GetFileName(parts[i])}, but {expected} is missing");
        }
        return parts;
    }

    private static ModelConfig ReadConfig(string path, Checkpoint checkpoint, List<string> warnings)
    {
        using var file = SourceFile.Open(path);
        if (file.Length > MaxParameterBytes)
            throw file.Refuse(ImportCheck.Limit, $"has {file.Length} bytes, more than parameters of a model");
        var json = new byte[file.Length];
        file.Read(0, json);
        JsonObject? stated;
        try
        {
            stated = JsonNode.Parse(json, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException error)
        {
            throw new ImportException(ImportCheck.Json, path, error.Message, error);
        }
        if (stated is null)
            throw new ImportException(ImportCheck.Json, path, "is not a JSON object");
        CompleteContext(stated);
        return TransformerConfig.Complete(path, stated, checkpoint, warnings);
    }

    /// <summary>What a release was trained on is not written in it; what is tells the releases apart.</summary>
    private static void CompleteContext(JsonObject stated)
    {
        bool isStretched = stated["use_scaled_rope"] is JsonValue flag && flag.TryGetValue(out bool scaled) && scaled;
        double theta = TransformerConfig.Number(stated, "rope_theta") ?? 10000;
        if (isStretched)
        {
            stated["rope_scaling"] = new JsonObject
            {
                ["rope_type"] = "llama3",
                ["factor"] = TransformerConfig.Number(stated, "rope_scaling_factor") ?? 8,
                ["low_freq_factor"] = 1,
                ["high_freq_factor"] = TransformerConfig.Number(stated, "rope_high_freq_factor") ?? 4,
                ["original_max_position_embeddings"] = 8192,
            };
        }
        stated.TryAdd("max_seq_len", isStretched ? 131072
            : theta == 500000 ? 8192
            : theta == 1000000 ? 16384
            : TransformerConfig.Number(stated, "norm_eps") == 1e-6 ? 2048 : 4096);
    }
}
