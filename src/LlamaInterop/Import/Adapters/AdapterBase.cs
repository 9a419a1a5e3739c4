using System.Text.Json.Nodes;
using LlamaInterop.Gguf;
using LlamaInterop.Models;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Import.Adapters;

/// <summary>The map of the model that an adapter belongs to, from its folder's <c>config.json</c> or from its GGUF file.</summary>
internal static class AdapterBase
{
    /// <exception cref="ImportException">The path is neither.</exception>
    /// <exception cref="ModelException">The architecture is none that runs here.</exception>
    /// <exception cref="GgufException">The GGUF file cannot be read.</exception>
    public static CheckpointMap MapOf(string path)
    {
        if (Directory.Exists(path))
            return CheckpointMaps.Of(ModelConfig.Load(System.IO.Path.Combine(path, "config.json")));
        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? CheckpointMaps.Of(ModelConfig.Load(path)) : OfGguf(path);
    }

    /// <summary>GGUF does not tell which class of transformers a model was: the first whose map makes its architecture.</summary>
    private static CheckpointMap OfGguf(string path)
    {
        using var file = GgufFile.Open(path);
        string architecture = file.Metadata.GetString("general.architecture");
        JsonObject stated = Parameters(file.Metadata, architecture);
        foreach (string name in CheckpointMaps.Known)
        {
            stated["architectures"] = new JsonArray(name);
            if (TryMap(path, stated) is { } map && map.Architecture == architecture)
                return map;
        }
        throw new ImportException(ImportCheck.Content, path, $"'{architecture}' is no architecture whose adapters convert; the model's folder with config.json may tell more");
    }

    private static CheckpointMap? TryMap(string path, JsonObject stated)
    {
        try
        {
            return CheckpointMaps.Of(ModelConfig.Parse(path, System.Text.Encoding.UTF8.GetBytes(stated.ToJsonString())));
        }
        catch (ModelException)
        {
            return null;
        }
    }

    private static JsonObject Parameters(GgufMetadata metadata, string architecture)
    {
        var keys = new HyperParameterReader(metadata, architecture);
        int heads = keys.Size("attention.head_count"), width = keys.Size("embedding_length");
        return new JsonObject
        {
            ["hidden_size"] = width,
            ["num_hidden_layers"] = keys.Size("block_count"),
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = keys.Size("attention.head_count_kv", heads),
            ["head_dim"] = keys.Size("attention.key_length", Math.Max(1, width / heads)),
            ["intermediate_size"] = keys.Size("feed_forward_length", 1),
            ["max_position_embeddings"] = keys.Size("context_length"),
            ["vocab_size"] = 0,
        };
    }
}
