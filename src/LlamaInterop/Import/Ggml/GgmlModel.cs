using System.Text.Json.Nodes;
using LlamaInterop.Import.Meta;
using LlamaInterop.Models;

namespace LlamaInterop.Import.Ggml;

/// <summary>A model in a file of ggml before GGUF: its sizes from the header and the tensors, its tokenizer from its own vocabulary.</summary>
internal static class GgmlModel
{
    private const int Context = 2048;
    private const double Epsilon = 5e-6;

    /// <summary>The model, or null where the path is of another format.</summary>
    /// <exception cref="ImportException">The file is malformed.</exception>
    public static ImportedModel? Open(string path)
    {
        if (Directory.Exists(path) || GgmlCheckpoint.Open(path) is not { } checkpoint)
            return null;
        try
        {
            var warnings = new List<string> { $"{path}: a {checkpoint.Header.Name} file states no context and no norm epsilon: {Context} and {Epsilon} are written, Llama 1's and one between Llama 1's and 2's" };
            var config = TransformerConfig.Complete(path, Parameters(checkpoint), checkpoint, warnings);
            return new ImportedModel(checkpoint, Llama.MapOfTransformer(config))
            {
                Name = Path.GetFileNameWithoutExtension(path),
                Warnings = warnings,
                Tokenizer = (_, writer, _) => checkpoint.Vocabulary.Write(writer),
            };
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    private static JsonObject Parameters(GgmlCheckpoint checkpoint)
    {
        var header = checkpoint.Header;
        var parameters = new JsonObject
        {
            ["dim"] = header.Width,
            ["n_layers"] = header.Layers,
            ["n_heads"] = header.Heads,
            ["vocab_size"] = header.Vocabulary,
            ["max_seq_len"] = Context,
            ["norm_eps"] = Epsilon,
        };
        // Heads of keys are not in the header; their rows tell.
        int head = header.Width / header.Heads;
        if (head > 0 && checkpoint.TryGet("layers.0.attention.wk.weight", out var keys) && keys.RowCount % head == 0)
            parameters["n_kv_heads"] = keys.RowCount / head;
        return parameters;
    }
}
