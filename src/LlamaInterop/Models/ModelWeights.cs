using LlamaInterop.Compute;
using LlamaInterop.Gguf;

namespace LlamaInterop.Models;

/// <summary>
/// The file's tensors as a model asks for them: by name and by the shape that the hyper-parameters imply. What is asked for is
/// checked at once and remembered, so that a plan can count it before any of it is read.
/// </summary>
/// <param name="file">The opened GGUF file.</param>
/// <param name="firstBuffer">Index among a program's buffers of the file's first part.</param>
/// <param name="canMultiply">Whether the backend has a matmul for a type.</param>
internal sealed class ModelWeights(GgufFile file, int firstBuffer, Func<ElementType, bool> canMultiply)
{
    private readonly Dictionary<string, Tensor> _used = new(StringComparer.Ordinal);

    public string Path => file.Path;

    /// <summary>All tensors asked for so far.</summary>
    public IReadOnlyCollection<Tensor> Used => _used.Values;

    /// <summary>A matrix [inputs, outputs] that MAT_MUL or GET_ROWS reads.</summary>
    public Tensor Matrix(string name, long inputs, long outputs) => MatrixOrNull(name, inputs, outputs) ?? throw Missing(name);

    public Tensor? MatrixOrNull(string name, long inputs, long outputs) =>
        Find(name, [inputs, outputs], type => canMultiply(type) ? null : "for which this backend has no kernel");

    /// <summary>A row of <paramref name="length"/> f32 numbers: a norm's weight, a bias.</summary>
    public Tensor Vector(string name, long length) => VectorOrNull(name, length) ?? throw Missing(name);

    public Tensor? VectorOrNull(string name, long length) =>
        Find(name, [length], type => type == ElementType.F32 ? null : "but must be F32");

    /// <summary>Columns of a matrix whose width the hyper-parameters do not state: the vocabulary.</summary>
    public long OutputsOf(string name) => file.TryGetTensor(name, out GgufTensorInfo info) ? info.Dimension(1) : throw Missing(name);

    private ModelException Missing(string name) => new($"{Path}: tensor {name} is missing");

    /// <param name="name">The tensor's name.</param>
    /// <param name="dims">The shape that it must have.</param>
    /// <param name="complaint">What is wrong with a type, or null.</param>
    private Tensor? Find(string name, ReadOnlySpan<long> dims, Func<ElementType, string?> complaint)
    {
        if (_used.TryGetValue(name, out Tensor? known))
            return known;
        if (!file.TryGetTensor(name, out GgufTensorInfo info))
            return null;
        for (int i = 0; i < 4; i++)
        {
            if (info.Dimension(i) != (i < dims.Length ? dims[i] : 1))
                throw new ModelException($"{Path}: tensor {name} has shape [{string.Join(", ", info.Dimensions.ToArray())}], but the hyper-parameters say [{string.Join(", ", dims.ToArray())}]");
        }
        var type = (ElementType)info.Type;
        if (complaint(type) is { } reason)
            throw new ModelException($"{Path}: tensor {name} has type {info.Type}, {reason}");
        Tensor tensor = new Tensor(name, TensorKind.Weight, type, dims).PlaceAt(firstBuffer + info.PartIndex, info.FileOffset);
        _used.Add(name, tensor);
        return tensor;
    }
}
