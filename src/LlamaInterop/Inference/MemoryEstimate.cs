using System.Globalization;
using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>The memory that a model will take, known before any of it is taken.</summary>
/// <param name="Weights">Bytes of the tensors that the model reads.</param>
/// <param name="Cache">Bytes of all cache blocks: keys and values, which grow with the context.</param>
/// <param name="States">Bytes of all recurrent states, which do not.</param>
/// <param name="Scratch">Bytes of activations, shared by all batch classes.</param>
/// <param name="Inputs">Bytes of a step's inputs.</param>
/// <param name="Repacked">Bytes of the weights that are laid out anew for the kernels; they lie in memory, not in the file's mapping.</param>
public readonly record struct MemoryEstimate(long Weights, long Cache, long States, long Scratch, long Inputs, long Repacked)
{
    /// <summary>Bytes of all together.</summary>
    public long Total => Weights + Cache + States + Scratch + Inputs;

    /// <summary>Refuses a model that cannot fit into <paramref name="available"/> bytes.</summary>
    internal void CheckFits(string path, long available)
    {
        if (Total > available)
            throw new ModelException($"{path}: needs {this}, but {Mebibytes(available)} may be taken here; a smaller context or cache type (-ctk, -ctv) needs less");
    }

    public override string ToString() =>
        $"{Mebibytes(Total)} (weights {Mebibytes(Weights)}{IfAny("of them repacked", Repacked)}{IfAny("KV cache", Cache)}{IfAny("recurrent states", States)}, scratch {Mebibytes(Scratch + Inputs)})";

    private static string IfAny(string what, long bytes) => bytes == 0 ? "" : $", {what} {Mebibytes(bytes)}";

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:N1} MiB");
}
