using LlamaInterop.Gguf;
using LlamaInterop.Import.Ggml;
using LlamaInterop.Import.Llama2c;
using LlamaInterop.Import.Meta;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Import;

/// <summary>A model of another format, opened: its tensors, the map that names them for GGUF, and where its tokenizer is.</summary>
/// <param name="Checkpoint">The tensors; disposed with this.</param>
/// <param name="Map">How they become a file's.</param>
internal sealed record ImportedModel(Checkpoint Checkpoint, CheckpointMap Map) : IDisposable
{
    private static readonly Func<string, ImportedModel?>[] Formats =
    [
        HuggingFaceModel.Open,
        MetaModel.Open,
        GgmlModel.Open,
        Llama2cModel.Open,
    ];

    /// <summary>What the user calls it: the folder's or the file's name.</summary>
    public required string Name { get; init; }

    /// <summary>Writes the tokenizer's keys, given the rows of the token table; null where the model has none.</summary>
    public WriteTokenizer? Tokenizer { get; init; }

    /// <summary>What was mended or left out.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Opens a model; the first format that knows the path reads it.</summary>
    /// <param name="path">A file or folder.</param>
    /// <exception cref="ImportException">The path is of no known format, or malformed.</exception>
    /// <exception cref="Models.ModelException">The architecture is none that runs here, or its configuration is malformed.</exception>
    public static ImportedModel Open(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new ImportException(ImportCheck.File, path, "no such file or folder");
        return Formats.Select(open => open(path)).FirstOrDefault(model => model is not null)
            ?? throw new ImportException(ImportCheck.File, path, "is no model of a known format: transformers' folder or safetensors file, Meta's params.json and .pth, llama2.c's .bin or .pt, ggml's .bin");
    }

    public void Dispose() => Checkpoint.Dispose();
}

/// <summary>Writes the keys of a tokenizer.</summary>
/// <param name="vocabularySize">Rows of the token table; 0 where that is not known.</param>
/// <param name="writer">Gets them.</param>
/// <param name="warnings">Gets what was mended or left out.</param>
internal delegate void WriteTokenizer(int vocabularySize, GgufWriter writer, ICollection<string> warnings);
