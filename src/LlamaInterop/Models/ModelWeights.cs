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
/// <param name="keys">The hyper-parameters that shapes come from.</param>
internal sealed class ModelWeights(GgufFile file, int firstBuffer, Func<ElementType, bool> canMultiply, HyperParameterReader keys)
{
    private readonly Dictionary<string, Tensor> _used = new(StringComparer.Ordinal);
    private readonly HashSet<string> _leftOut = new(StringComparer.Ordinal);
    private readonly HashSet<string> _absent = new(StringComparer.Ordinal);

    public string Path => file.Path;

    /// <summary>All tensors asked for so far.</summary>
    public IReadOnlyCollection<Tensor> Used => _used.Values;

    /// <summary>
    /// Names of the file's tensors that nobody has asked for: a model that does not read them is not the file's, or not all of it. Those
    /// of layers that predict tokens further ahead are left out on purpose.
    /// </summary>
    public IEnumerable<string> Unused(int layers) =>
        from tensor in file.Tensors
        where !_used.ContainsKey(tensor.Name) && !_leftOut.Contains(tensor.Name) && !IsBeyond(tensor.Name, layers)
        select tensor.Name;

    /// <summary>Names of optional tensors that this file has for other layers, but not for the one that asked.</summary>
    public IEnumerable<string> Gaps()
    {
        HashSet<string> ofLayers = [.. _used.Keys.Select(OfAnyLayer)];
        return _absent.Where(name => OfAnyLayer(name) != name && ofLayers.Contains(OfAnyLayer(name)));
    }

    /// <summary>Says of a tensor that this model has no use for it.</summary>
    public void LeaveOut(string name) => _leftOut.Add(name);

    /// <summary>A matrix [inputs, outputs] that MAT_MUL or GET_ROWS reads.</summary>
    public Tensor Matrix(string name, long inputs, long outputs) => MatrixOrNull(name, inputs, outputs) ?? throw Missing(name);

    public Tensor? MatrixOrNull(string name, long inputs, long outputs) =>
        Find(name, [inputs, outputs], Multipliable);

    /// <summary>Matrices [inputs, outputs, count]: of experts, of heads.</summary>
    public Tensor Matrices(string name, long inputs, long outputs, long count) => Find(name, [inputs, outputs, count], Multipliable) ?? throw Missing(name);

    /// <summary>A row of <paramref name="length"/> f32 numbers: a norm's weight, a bias. The file may have it in any shape of that many.</summary>
    public Tensor Vector(string name, long length) => VectorOrNull(name, length) ?? throw Missing(name);

    public Tensor? VectorOrNull(string name, long length)
    {
        ReadOnlySpan<long> dims = [length];
        bool isThatMany = file.TryGetTensor(name, out GgufTensorInfo info) && info.ElementCount == length;
        return Find(name, dims, MustBeF32, shape: isThatMany ? [] : dims);
    }

    /// <summary>f32 numbers [width, rows] that ops other than products read: a convolution's weights, a bias of each expert.</summary>
    public Tensor Table(string name, long width, long rows) => TableOrNull(name, width, rows) ?? throw Missing(name);

    public Tensor? TableOrNull(string name, long width, long rows) => Find(name, [width, rows], MustBeF32);

    /// <summary>As <see cref="Table"/>, of f32 or f16 numbers: biases that ATTENTION reads.</summary>
    public Tensor BiasTable(string name, long width, long rows) =>
        Find(name, [width, rows], type => type is ElementType.F32 or ElementType.F16 ? null : "but must be F32 or F16") ?? throw Missing(name);

    public bool Has(string name) => file.TryGetTensor(name, out _);

    /// <summary>As <see cref="Has"/>, for a tensor that all layers of a kind have or none.</summary>
    public bool HasOptional(string name)
    {
        bool has = Has(name);
        if (!has)
            _absent.Add(name);
        return has;
    }

    /// <summary>Dimensions that a tensor has in the file; 0 for a missing one.</summary>
    public int RankOf(string name) => file.TryGetTensor(name, out GgufTensorInfo info) ? info.Dimensions.Length : 0;

    /// <summary>Dimension 0 of a tensor in the file; 0 for a missing one.</summary>
    public long WidthOf(string name) => file.TryGetTensor(name, out GgufTensorInfo info) ? info.Dimension(0) : 0;

    /// <summary>Dimension 1 of a tensor in the file; 0 for a missing one.</summary>
    public long RowsOf(string name) => file.TryGetTensor(name, out GgufTensorInfo info) ? info.Dimension(1) : 0;

    /// <summary>Elements of a tensor in the file; 0 for a missing one.</summary>
    public long ElementsOf(string name) => file.TryGetTensor(name, out GgufTensorInfo info) ? info.ElementCount : 0;

    /// <summary>Rows of the embedding table, which no hyper-parameter states.</summary>
    public int VocabularySize(string name)
    {
        if (!Has(name))
            throw Missing(name);
        long rows = RowsOf(name);
        return rows is > 0 and <= int.MaxValue / 4 ? (int)rows : throw new ModelException($"{Path}: {name} has {rows} rows");
    }

    /// <summary>"blk.*.attn_q.bias" of "blk.3.attn_q.bias"; other names as they are.</summary>
    private static string OfAnyLayer(string name)
    {
        const string block = "blk.";
        int start = name.IndexOf(block, StringComparison.Ordinal) + block.Length, end = name.IndexOf('.', start);
        return start < block.Length || end < 0 ? name : $"{name.AsSpan(0, start)}*{name.AsSpan(end)}";
    }

    private bool IsBeyond(string name, int layers) =>
        keys.Has("nextn_predict_layers") && name.Split('.') is ["blk", var layer, ..] && int.TryParse(layer, out int index) && index >= layers;

    private static string? MustBeF32(ElementType type) => type == ElementType.F32 ? null : "but must be F32";

    private string? Multipliable(ElementType type) => canMultiply(type) ? null : "for which this backend has no kernel";

    private ModelException Missing(string name) => new($"{Path}: tensor {name} is missing ({keys.Description})");

    /// <param name="name">The tensor's name.</param>
    /// <param name="dims">The shape that it has here.</param>
    /// <param name="complaint">What is wrong with a type, or null.</param>
    private Tensor? Find(string name, ReadOnlySpan<long> dims, Func<ElementType, string?> complaint) => Find(name, dims, complaint, dims);

    /// <param name="name">The tensor's name.</param>
    /// <param name="dims">The shape that it has here.</param>
    /// <param name="complaint">What is wrong with a type, or null.</param>
    /// <param name="shape">The shape that it must have in the file; empty for any.</param>
    private Tensor? Find(string name, ReadOnlySpan<long> dims, Func<ElementType, string?> complaint, ReadOnlySpan<long> shape)
    {
        if (_used.TryGetValue(name, out Tensor? known))
            return known;
        if (!HasOptional(name) || !file.TryGetTensor(name, out GgufTensorInfo info))
            return null;
        for (int i = 0; i < 4 && shape.Length > 0; i++)
        {
            if (info.Dimension(i) != (i < shape.Length ? shape[i] : 1))
                throw new ModelException($"{Path}: tensor {name} has shape [{string.Join(", ", info.Dimensions.ToArray())}], but the hyper-parameters say [{string.Join(", ", dims.ToArray())}] ({keys.Description})");
        }
        var type = (ElementType)info.Type;
        if (complaint(type) is { } reason)
            throw new ModelException($"{Path}: tensor {name} has type {info.Type}, {reason}");
        Tensor tensor = new Tensor(name, TensorKind.Weight, type, dims).PlaceAt(firstBuffer + info.PartIndex, info.FileOffset);
        _used.Add(name, tensor);
        return tensor;
    }
}
