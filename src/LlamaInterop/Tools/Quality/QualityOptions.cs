using LlamaInterop.Native;

namespace LlamaInterop.Tools;

/// <summary>What a study of quantized types measures, and how long.</summary>
internal sealed record QualityOptions
{
    /// <summary>The types to set beside the base model.</summary>
    public required IReadOnlyList<QuantizeType> Types { get; init; }

    /// <summary>How the text is cut up; without a stride.</summary>
    public PerplexityOptions Text { get; init; } = new();

    /// <summary>Thread counts to time with; unless set, one for each physical core.</summary>
    public IReadOnlyList<int> Threads { get; init; } = [Kernels.CoreCount];

    /// <summary>Tokens to prefill when timing.</summary>
    public int Prompt { get; init; } = 512;

    /// <summary>Tokens to decode when timing.</summary>
    public int Generated { get; init; } = 64;

    /// <summary>Repetitions of each timing.</summary>
    public int Repetitions { get; init; } = 3;

    /// <summary>How much each column of the weights matters; the lowest types need it.</summary>
    public ImportanceMatrix? Importance { get; init; }

    /// <summary>How the models are loaded, but for their threads and context.</summary>
    public LlamaModelOptions Model { get; init; } = new();

    /// <summary>Where the quantized files stay as TYPE.gguf; null: in the folder for temporary files, and removed.</summary>
    public string? KeepFolder { get; init; }
}
