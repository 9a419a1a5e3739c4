using LlamaInterop.Import.Derived;
using LlamaInterop.Import.Torch;

namespace LlamaInterop.Import.Meta;

/// <summary>
/// The parts of a checkpoint that was trained on several devices at once, put together: matrices whose outputs were shared out are joined
/// along their rows, those whose inputs were along their columns, and what every device had is taken once.
/// </summary>
internal sealed class MergedCheckpoint : Checkpoint
{
    private static readonly string[] SplitByRows = [".wq.weight", ".wk.weight", ".wv.weight", ".w1.weight", ".w3.weight", "output.weight"];
    private static readonly string[] SplitByColumns = [".wo.weight", ".w2.weight"];

    private readonly Checkpoint[] _parts;

    private MergedCheckpoint(string path, Checkpoint[] parts)
    {
        (Path, _parts) = (path, parts);
        Tensors = parts.Length == 1 ? parts[0].Tensors : [.. parts[0].Tensors.Select(tensor => Merge(tensor.Name))];
    }

    public override string Path { get; }

    public override IReadOnlyList<SourceTensor> Tensors { get; }

    /// <param name="path">What errors of the model as a whole name.</param>
    /// <param name="parts">Torch files, in the order of their devices.</param>
    /// <exception cref="ImportException">A file is malformed, or the parts do not go together.</exception>
    public static MergedCheckpoint Open(string path, IReadOnlyList<string> parts)
    {
        var opened = new List<Checkpoint>();
        try
        {
            opened.AddRange(parts.Select(TorchCheckpoint.Open));
            return new(path, [.. opened]);
        }
        catch
        {
            opened.ForEach(part => part.Dispose());
            throw;
        }
    }

    public override void Dispose() => Array.ForEach(_parts, part => part.Dispose());

    private SourceTensor Merge(string name)
    {
        SourceTensor[] shares = [.. _parts.Select(part => part.TryGet(name, out var share) ? share
            : throw new ImportException(ImportCheck.MissingTensor, part.Path, $"tensor '{name}' is missing, which other parts have"))];
        if (name == "tok_embeddings.weight")
            return JoinTable(shares);
        if (Array.Exists(SplitByRows, suffix => name.EndsWith(suffix, StringComparison.Ordinal)))
            return JoinedTensor.Of(Path, shares);
        return Array.Exists(SplitByColumns, suffix => name.EndsWith(suffix, StringComparison.Ordinal)) ? ColumnJoinedTensor.Of(Path, shares) : shares[0];
    }

    /// <summary>Llama 1 and 2 share out the columns of the token table, Llama 3 its rows: the norm has the whole width.</summary>
    private SourceTensor JoinTable(SourceTensor[] shares) =>
        _parts[0].TryGet("norm.weight", out var norm) && norm.RowLength == shares[0].RowLength ? JoinedTensor.Of(Path, shares) : ColumnJoinedTensor.Of(Path, shares);
}
