using System.Text.Json.Nodes;
using LlamaInterop.Import.Meta;
using LlamaInterop.Import.Pickle;
using LlamaInterop.Import.Torch;
using LlamaInterop.Models;

namespace LlamaInterop.Import.Llama2c;

/// <summary>A model of llama2.c: what export.py writes (<c>.bin</c>), or what train.py does (<c>ckpt.pt</c>, which states its <c>model_args</c>).</summary>
internal static class Llama2cModel
{
    private const string Table = "tok_embeddings.weight", Head = "output.weight";

    /// <summary>The model, or null where the path is of another format.</summary>
    /// <exception cref="ImportException">The file is malformed.</exception>
    public static ImportedModel? Open(string path)
    {
        if (Directory.Exists(path))
            return null;
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".bin" => OpenExported(path),
            ".pt" or ".pth" => OpenTrained(path),
            _ => null,
        };
    }

    private static ImportedModel? OpenExported(string path) =>
        Llama2cCheckpoint.Open(path) is { } checkpoint ? Build(path, checkpoint, () => checkpoint.Header.ToParameters()) : null;

    private static ImportedModel? OpenTrained(string path)
    {
        var checkpoint = TorchCheckpoint.Open(path);
        if (checkpoint.Root is PickleDictionary root && root.TryGet("model_args", out PickleDictionary? arguments))
            return Build(path, checkpoint, () => Parameters(checkpoint, arguments));
        checkpoint.Dispose();
        return null;
    }

    private static ImportedModel Build(string path, Checkpoint checkpoint, Func<JsonObject> parameters)
    {
        try
        {
            var warnings = new List<string>();
            var config = TransformerConfig.Complete(path, parameters(), checkpoint, warnings);
            return new ImportedModel(checkpoint, Llama.MapOfTransformer(config))
            {
                Name = Path.GetFileNameWithoutExtension(path),
                Warnings = warnings,
                Tokenizer = TokenizerBeside.Find(path, default, $"tok{config.VocabularySize}.model", $"tok{config.VocabularySize}.bin"),
            };
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    private static JsonObject Parameters(TorchCheckpoint checkpoint, PickleDictionary arguments)
    {
        var parameters = new JsonObject { ["tie_word_embeddings"] = checkpoint.SharesElements(Table, Head) };
        foreach (var (name, value) in arguments.Entries)
        {
            if (value is long or double)
                parameters[name] = value is long whole ? JsonValue.Create(whole) : JsonValue.Create((double)value);
        }
        return parameters;
    }
}
