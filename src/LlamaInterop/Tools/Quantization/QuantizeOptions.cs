using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>How a model is quantized. The names and their meaning are those of <c>llama-quantize</c>.</summary>
public sealed record QuantizeOptions
{
    /// <summary>What the model becomes.</summary>
    public required QuantizeType Type { get; init; }

    /// <summary>How much each column of the weights matters; the lowest types need it.</summary>
    public ImportanceMatrix? Importance { get; init; }

    /// <summary>Where <see cref="Importance"/> came from, for the key <c>quantize.imatrix.file</c>.</summary>
    public string? ImportanceFile { get; init; }

    /// <summary>When not empty, <see cref="Importance"/> counts only for tensors whose name contains one of these.</summary>
    public IReadOnlyList<string> IncludeWeights { get; init; } = [];

    /// <summary><see cref="Importance"/> does not count for tensors whose name contains one of these.</summary>
    public IReadOnlyList<string> ExcludeWeights { get; init; } = [];

    /// <summary>Gives all matrices <see cref="QuantizeType.TensorType"/>, instead of the mixture.</summary>
    public bool Pure { get; init; }

    /// <summary>Leaves <c>output.weight</c> as it is.</summary>
    public bool LeaveOutputTensor { get; init; }

    /// <summary>The type of <c>output.weight</c>, and of the token embeddings where they are the output too.</summary>
    public GgufTensorType? OutputTensorType { get; init; }

    /// <summary>The type of the token embeddings.</summary>
    public GgufTensorType? TokenEmbeddingType { get; init; }

    /// <summary>Types for single tensors; the first rule that matches counts. They have no meaning when <see cref="Type"/> is a float type.</summary>
    public IReadOnlyList<TensorTypeRule> TensorTypes { get; init; } = [];

    /// <summary>Lets tensors that are quantized already be quantized again, which costs quality.</summary>
    public bool AllowRequantize { get; init; }

    /// <summary>Writes as many parts as the input has, named <c>OUTPUT-00001-of-00003.gguf</c>.</summary>
    public bool KeepSplit { get; init; }

    /// <summary>Metadata to set in the output.</summary>
    public IReadOnlyList<GgufOverride> Overrides { get; init; } = [];

    /// <summary>Layers to leave out; those behind them move up.</summary>
    public IReadOnlyList<int> PruneLayers { get; init; } = [];

    /// <summary>Threads that encode; 0 for one a processor.</summary>
    public int Threads { get; init; }
}
