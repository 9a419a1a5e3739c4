using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Import.Quantized;

/// <summary>
/// A checkpoint whose matrices are stored packed (GPTQ, AWQ, bitsandbytes, 8-bit floats in blocks, MLX, MXFP4), seen as one whose matrices are
/// not: what stores <c>X.weight</c> is replaced by a tensor of that name that unpacks when it is read.
/// </summary>
internal sealed class QuantizedCheckpoint : Checkpoint
{
    /// <summary>Each looks whether a tensor is the first of its parts, and takes the others; null where it is not.</summary>
    private static readonly Func<PackedParts, SourceTensor, SourceTensor?>[] Formats =
    [
        GptqTensor.Open,
        AwqTensor.Open,
        BitsAndBytesTensor.Open,
        ScaledTensor.Open,
        MlxTensor.Open,
        Mxfp4Tensor.Open,
    ];

    private readonly Checkpoint _packed;

    private QuantizedCheckpoint(Checkpoint packed, IReadOnlyList<SourceTensor> tensors) => (_packed, Tensors) = (packed, tensors);

    public override string Path => _packed.Path;

    public override IReadOnlyList<SourceTensor> Tensors { get; }

    /// <summary>The checkpoint itself where nothing in it is packed.</summary>
    /// <param name="checkpoint">Becomes the result's.</param>
    /// <param name="config">The model's, whose <c>quantization_config</c> tells what shapes do not.</param>
    /// <exception cref="ImportException">A part is missing, or does not fit the others.</exception>
    public static Checkpoint Of(Checkpoint checkpoint, ModelConfig config)
    {
        var parts = new PackedParts(checkpoint, config.Section("quantization_config", "quantization"));
        (SourceTensor Stored, SourceTensor? Unpacked)[] tensors =
            [.. checkpoint.Tensors.Select(tensor => (tensor, Formats.Select(open => open(parts, tensor)).FirstOrDefault(unpacked => unpacked is not null)))];
        return Array.TrueForAll(tensors, tensor => tensor.Unpacked is null) ? checkpoint
            : new QuantizedCheckpoint(checkpoint, [.. tensors.Where(tensor => tensor.Unpacked is not null || !parts.IsTaken(tensor.Stored.Name)).Select(tensor => tensor.Unpacked ?? tensor.Stored)]);
    }

    public override void Dispose() => _packed.Dispose();
}
