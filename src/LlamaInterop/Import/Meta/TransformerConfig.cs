using System.Text.Json.Nodes;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Import.Meta;

/// <summary>
/// The configuration of a checkpoint that follows Meta's class Transformer: what its file states, completed from the shapes of the
/// tensors, under the names that <see cref="DecoderKeys"/> reads.
/// </summary>
internal static class TransformerConfig
{
    private const string Table = "tok_embeddings.weight", Gate = "layers.0.feed_forward.w1.weight";

    /// <param name="path">What states the parameters, for errors.</param>
    /// <param name="stated">dim, n_layers, n_heads and what else is known; completed in place.</param>
    /// <param name="checkpoint">The tensors.</param>
    /// <param name="warnings">Gets what was mended.</param>
    /// <exception cref="ImportException">The tensors that tell sizes are missing, or contradict the parameters.</exception>
    public static ModelConfig Complete(string path, JsonObject stated, Checkpoint checkpoint, ICollection<string> warnings)
    {
        SourceTensor table = Matrix(checkpoint, Table), gate = Matrix(checkpoint, Gate);
        stated.TryAdd("norm_eps", 1e-5);
        stated.TryAdd("rope_theta", 10000.0);
        stated["hidden_dim"] = gate.RowCount;
        RepairVocabulary(path, stated, table, warnings);
        var config = ModelConfig.Parse(path, System.Text.Encoding.UTF8.GetBytes(stated.ToJsonString()));
        int width = DecoderKeys.Width(config);
        return table.RowLength == width && gate.RowLength == width ? config
            : throw new ImportException(ImportCheck.Shape, checkpoint.Path, $"{Table} has rows of {table.RowLength} and {Gate} of {gate.RowLength} elements, but dim is {width} in {path}");
    }

    /// <summary>A number that a file states, or null.</summary>
    public static double? Number(JsonObject stated, string name) => stated[name] is JsonValue value && value.TryGetValue(out double number) ? number : null;

    private static void RepairVocabulary(string path, JsonObject stated, SourceTensor table, ICollection<string> warnings)
    {
        if (Number(stated, "vocab_size") is { } size && size != table.RowCount)
            warnings.Add($"{path}: vocab_size is {size}, but {Table} has {table.RowCount} rows: {table.RowCount} it is");
        stated["vocab_size"] = table.RowCount;
    }

    private static SourceTensor Matrix(Checkpoint checkpoint, string name)
    {
        if (!TryFind(checkpoint, name, out var tensor))
            throw new ImportException(ImportCheck.MissingTensor, checkpoint.Path, $"tensor '{name}' is missing");
        return tensor!.Shape.Length == 2 ? tensor
            : throw new ImportException(ImportCheck.Shape, checkpoint.Path, $"tensor '{name}' has {tensor.Shape.Length} dimensions, not 2");
    }

    /// <summary>Training programs put the names of what wraps the model before its own.</summary>
    private static bool TryFind(Checkpoint checkpoint, string name, out SourceTensor? tensor) =>
        checkpoint.TryGet(name, out tensor) || checkpoint.TryGet($"_orig_mod.{name}", out tensor) || checkpoint.TryGet($"module.{name}", out tensor);
}
