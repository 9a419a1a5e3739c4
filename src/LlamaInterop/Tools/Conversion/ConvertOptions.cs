using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>How <see cref="Converter"/> converts.</summary>
public readonly record struct ConvertOptions
{
    /// <summary>What matrices become.</summary>
    public ConvertType OutputType { get; init; }

    /// <summary>The file's <c>general.name</c>; null for the folder's or file's name.</summary>
    public string? ModelName { get; init; }

    /// <summary>Converts weights without a tokenizer, which the model may lack then; the file runs on token ids alone.</summary>
    public bool NoVocabulary { get; init; }

    /// <summary>Converts the tokenizer alone; weights may be missing.</summary>
    public bool VocabularyOnly { get; init; }

    /// <summary>Where the output is divided into parts, NAME-00001-of-00003.gguf; null for one file.</summary>
    public GgufSplitOptions? Split { get; init; }

    /// <summary>Threads that encode; 0 for one a processor.</summary>
    public int Threads { get; init; }

    /// <summary>The model that a LoRA adapter belongs to: a folder with <c>config.json</c> or a GGUF file; null to ask the adapter.</summary>
    public string? BaseModel { get; init; }

    /// <summary>Reads headers and says what would be written, and writes nothing.</summary>
    public bool DryRun { get; init; }
}
