namespace LlamaInterop.Gguf;

/// <summary>Where a model is divided into parts.</summary>
public sealed record GgufSplitOptions
{
    /// <summary>Bytes of tensors that a part holds at most, alignment included; a tensor larger than that has a part of its own. Null: any number.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Tensors that a part holds at most. Null: any number.</summary>
    public int? MaxTensors { get; init; }

    /// <summary>Whether the first part holds the metadata and no tensors, so that it can be read or replaced alone.</summary>
    public bool MetadataAlone { get; init; }
}
