using System.Text;
using LlamaInterop.Import.Pickle;

namespace LlamaInterop.Import.Torch;

/// <summary>
/// What PyTorch's <c>torch.save</c> writes (<c>.pt</c>, <c>.pth</c>, <c>.bin</c>): since version 1.6 a zip archive of a pickle and a
/// storage per entry, before that the same one after the other. The pickle is read as data (<see cref="PickleReader"/>).
/// </summary>
internal sealed class TorchCheckpoint : Checkpoint
{
    private readonly SourceFile _file;

    private readonly Dictionary<string, TorchView> _views;

    private TorchCheckpoint(SourceFile file, object? root, TorchLayout layout)
    {
        (_file, Root) = (file, root);
        _views = TorchStateDict.Tensors(file.Path, root).ToDictionary(tensor => tensor.Name, tensor => tensor.View, StringComparer.Ordinal);
        Tensors = [.. _views.Select(tensor => layout.Tensor(tensor.Key, tensor.Value))];
    }

    public override string Path => _file.Path;

    /// <summary>All that was saved: beside the tensors, what a training program put there.</summary>
    public object? Root { get; }

    public override IReadOnlyList<SourceTensor> Tensors { get; }

    /// <summary>Opens a checkpoint of either form.</summary>
    /// <exception cref="ImportException">The file is neither, or malformed, or names code.</exception>
    public static TorchCheckpoint Open(string path)
    {
        var file = SourceFile.Open(path);
        try
        {
            var (root, layout) = StoredZip.Recognizes(file) ? ReadZip(file) : LegacyTorchFile.Read(file);
            return new(file, root, layout);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>True where a file begins as one of the two forms does.</summary>
    public static bool Recognizes(string path)
    {
        using var file = SourceFile.Open(path);
        return StoredZip.Recognizes(file) || LegacyTorchFile.Recognizes(file);
    }

    /// <summary>True where two names are of one tensor: a head that is the token table.</summary>
    public bool SharesElements(string name, string other) => _views.TryGetValue(name, out var view) && _views.TryGetValue(other, out var same)
        && view.Storage == same.Storage && view.Offset == same.Offset && view.Shape.SequenceEqual(same.Shape) && view.Strides.SequenceEqual(same.Strides);

    public override void Dispose() => _file.Dispose();

    private static (object? Root, TorchLayout Layout) ReadZip(SourceFile file)
    {
        var zip = new StoredZip(file);
        string[] pickles = [.. zip.Names.Where(name => name.EndsWith("/data.pkl", StringComparison.Ordinal) || name == "data.pkl")];
        if (pickles.Length != 1 || !zip.TryGet(pickles[0], out var pickle))
            throw file.Refuse(ImportCheck.MissingEntry, $"the archive has {pickles.Length} entries 'data.pkl', not one: not a torch checkpoint");
        string folder = pickles[0][..^"data.pkl".Length];
        var cursor = new SourceCursor(file, pickle.Offset, pickle.Offset + pickle.Length);
        var layout = new TorchLayout(file, key => zip.TryGet($"{folder}data/{key}", out var part) ? part : null, IsBigEndian(file, zip, folder));
        return (new PickleReader(cursor, TorchGlobals.All, TorchGlobals.Storage).Read(), layout);
    }

    private static bool IsBigEndian(SourceFile file, StoredZip zip, string folder)
    {
        if (!zip.TryGet($"{folder}byteorder", out var part))
            return false;
        var bytes = new byte[Math.Min(part.Length, 16)];
        file.Read(part.Offset, bytes);
        return Encoding.ASCII.GetString(bytes) switch
        {
            "little" => false,
            "big" => true,
            var order => throw file.Refuse(ImportCheck.Content, $"the byte order '{order}' is neither 'little' nor 'big'"),
        };
    }
}
