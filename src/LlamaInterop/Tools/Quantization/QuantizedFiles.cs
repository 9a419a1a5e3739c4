using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>Writes the planned tensors into one file, or into as many parts as the input has. All appear together, when they are whole.</summary>
internal sealed class QuantizedFiles
{
    private const string Extension = ".gguf";

    private readonly QuantizePlan _plan;
    private readonly OrderedDictionary<string, GgufValue> _metadata;
    private readonly string[] _paths;

    /// <param name="output">The file; for parts the name that they share, with or without <c>.gguf</c>.</param>
    /// <param name="plan">The tensors; those of a part together, when there are several.</param>
    /// <param name="metadata">The metadata of the first part.</param>
    /// <param name="parts">How many files, or null for one that is no part.</param>
    public QuantizedFiles(string output, QuantizePlan plan, OrderedDictionary<string, GgufValue> metadata, int? parts)
    {
        _plan = plan;
        _metadata = metadata;
        string prefix = output.EndsWith(Extension, StringComparison.Ordinal) ? output[..^Extension.Length] : output;
        _paths = parts is { } count ? [.. Enumerable.Range(1, count).Select(part => GgufSplit.PartPath(prefix, part, count))] : [output];
    }

    public IReadOnlyList<string> Paths => _paths;

    /// <summary>Writes the files.</summary>
    /// <param name="write">Writes one tensor; called for each in the order of the plan.</param>
    /// <param name="cancel">Leaves the files as they were.</param>
    /// <exception cref="QuantizeException">A key or its value is malformed.</exception>
    public void Write(Action<QuantizedTensor, Stream> write, CancellationToken cancel) =>
        GgufReplacement.Write([.. _paths.Select((path, part) => WriterOf(part, write).Prepare(path, cancel))]);

    private GgufWriter WriterOf(int part, Action<QuantizedTensor, Stream> write)
    {
        var writer = new GgufWriter();
        try
        {
            if (part == 0)
            {
                foreach (var (key, value) in _metadata)
                    writer.Set(key, value);
            }
            if (_paths.Length > 1)
                GgufSplit.Describe(writer, part, _paths.Length, _plan.Tensors.Count);
            foreach (QuantizedTensor tensor in _plan.Tensors.Where(tensor => _paths.Length == 1 || tensor.Source.PartIndex == part))
                writer.AddTensor(tensor.Name, tensor.Type, tensor.Source.Dimensions, stream => write(tensor, stream));
        }
        catch (ArgumentException error)
        {
            throw new QuantizeException($"{_paths[part]}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
        return writer;
    }
}
