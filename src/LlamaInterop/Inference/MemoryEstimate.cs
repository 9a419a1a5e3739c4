using System.Globalization;
using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>The memory that a model will take, known before any of it is taken.</summary>
/// <param name="Weights">Bytes of the tensors that the model reads.</param>
/// <param name="Cache">Bytes of all cache blocks.</param>
/// <param name="Scratch">Bytes of activations, shared by all batch classes.</param>
/// <param name="Inputs">Bytes of a step's inputs.</param>
public readonly record struct MemoryEstimate(long Weights, long Cache, long Scratch, long Inputs)
{
    /// <summary>Bytes of all together.</summary>
    public long Total => Weights + Cache + Scratch + Inputs;

    /// <summary>Refuses a model that cannot fit into <paramref name="available"/> bytes.</summary>
    internal void CheckFits(string path, long available)
    {
        if (Total > available)
            throw new ModelException($"{path}: needs {this}, but this machine has {Mebibytes(available)}; a smaller context (-c) or cache type (-ctk, -ctv) needs less");
    }

    public override string ToString() =>
        $"{Mebibytes(Total)} (weights {Mebibytes(Weights)}, KV cache {Mebibytes(Cache)}, scratch {Mebibytes(Scratch + Inputs)})";

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:N1} MiB");
}
