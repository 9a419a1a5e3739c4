using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Import.Quantized;

/// <summary>The tensors that together store one: found by name, and noted as taken, so that the checkpoint shows them no more.</summary>
/// <param name="checkpoint">Where they are.</param>
/// <param name="settings">The section of the configuration that says how it was quantized; null where there is none.</param>
internal sealed class PackedParts(Checkpoint checkpoint, ModelConfig? settings)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public ModelConfig? Settings => settings;

    public bool IsTaken(string name) => _taken.Contains(name);

    /// <summary>Takes a part that need not be there.</summary>
    public bool TryTake(string name, [NotNullWhen(true)] out SourceTensor? part) => checkpoint.TryGet(name, out part) && (_taken.Add(name) || true);

    /// <summary>Takes a part.</summary>
    /// <exception cref="ImportException">It is missing.</exception>
    public SourceTensor Take(string name) => TryTake(name, out var part) ? part
        : throw new ImportException(ImportCheck.MissingTensor, checkpoint.Path, $"tensor '{name}' is missing, which belongs to a quantized matrix");

    /// <summary>Whether a tensor of this name is there.</summary>
    public bool Has(string name) => checkpoint.TryGet(name, out _);

    public ImportException Refuse(string name, string reason, ImportCheck check = ImportCheck.Shape) => new(check, checkpoint.Path, $"tensor '{name}' {reason}");

    /// <summary>All elements of a part as f32.</summary>
    public WeakCache<float> Numbers(SourceTensor part) => new(() =>
    {
        var values = new float[CheckedLength(part, sizeof(float))];
        part.ReadRows(0, values);
        return values;
    });

    /// <summary>All elements of a part of packed words or integers, as they are stored.</summary>
    /// <exception cref="ImportException">Its elements are of another size.</exception>
    public WeakCache<T> Words<T>(SourceTensor part)
        where T : unmanaged
    {
        int size = Marshal.SizeOf<T>();
        if (SourceTypes.Size(part.Type) != size)
            throw Refuse(part.Name, $"is {part.Type}, not integers of {size} bytes", ImportCheck.TensorType);
        return new(() =>
        {
            var words = new T[CheckedLength(part, size)];
            part.ReadBytes(0, MemoryMarshal.AsBytes(words.AsSpan()));
            return words;
        });
    }

    private int CheckedLength(SourceTensor part, int size) => part.ElementCount <= Array.MaxLength / size ? (int)part.ElementCount
        : throw Refuse(part.Name, $"has {part.ElementCount} elements, more than can be unpacked", ImportCheck.Limit);
}
