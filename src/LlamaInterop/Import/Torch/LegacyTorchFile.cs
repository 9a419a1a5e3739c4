using System.Globalization;
using System.Numerics;
using LlamaInterop.Import.Pickle;

namespace LlamaInterop.Import.Torch;

/// <summary>
/// The form of <c>torch.save</c> before version 1.6: five pickles (a magic number, a version, the machine that wrote it, the content,
/// the keys of the storages), then each storage as its length and its bytes.
/// </summary>
internal static class LegacyTorchFile
{
    private const int Version = 1001;
    private const int MaxStorages = 1_000_000;

    private static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber);

    /// <summary>A pickle of protocol 2 whose first value is a long of ten bytes.</summary>
    private static ReadOnlySpan<byte> Beginning => [0x80, 0x02, 0x8a, 0x0a];

    public static bool Recognizes(SourceFile file)
    {
        Span<byte> bytes = stackalloc byte[Beginning.Length];
        if (file.Length < bytes.Length)
            return false;
        file.Read(0, bytes);
        return bytes.SequenceEqual(Beginning);
    }

    public static (object? Root, TorchLayout Layout) Read(SourceFile file)
    {
        var cursor = new SourceCursor(file, 0, file.Length);
        if (!Recognizes(file) || ReadPickle(cursor, null) is not BigInteger magic || magic != Magic)
            throw file.Refuse(ImportCheck.Magic, "is not a torch checkpoint: neither a zip archive nor the form before it");
        if (ReadPickle(cursor, null) is not (long)Version)
            throw file.Refuse(ImportCheck.Version, $"is a torch checkpoint of another version than {Version}");
        bool littleEndian = ReadPickle(cursor, null) is not PickleDictionary system || !system.TryGet("little_endian", out bool little) || little;
        var named = new Dictionary<string, TorchStorage>(StringComparer.Ordinal);
        object? root = ReadPickle(cursor, named);
        var parts = Place(cursor, ReadPickle(cursor, null), named);
        return (root, new TorchLayout(file, key => parts.TryGetValue(key, out var part) ? part : null, !littleEndian));
    }

    private static object? ReadPickle(SourceCursor cursor, Dictionary<string, TorchStorage>? named) =>
        new PickleReader(cursor, TorchGlobals.All, id => Note(id, named)).Read();

    private static TorchStorage Note(PickleArguments id, Dictionary<string, TorchStorage>? named)
    {
        var storage = TorchGlobals.Storage(id);
        return named is null || storage.Type is null || named.TryAdd(storage.Key, storage) || named[storage.Key] == storage ? storage
            : throw id.Refuse($"storage '{storage.Key}' is described in two ways");
    }

    private static Dictionary<string, ZipPart> Place(SourceCursor cursor, object? keys, Dictionary<string, TorchStorage> named)
    {
        if (keys is not List<object?> { Count: <= MaxStorages } list)
            throw cursor.File.Refuse(ImportCheck.PickleValue, $"has {PickleReader.Describe(keys)} where the list of its storages belongs");
        var parts = new Dictionary<string, ZipPart>(StringComparer.Ordinal);
        foreach (object? item in list)
        {
            if (item is not string key || !named.TryGetValue(key, out var storage))
                throw cursor.File.Refuse(ImportCheck.MissingEntry, "lists a storage that no tensor is a view of");
            long count = cursor.ReadInt64($"the length of storage '{key}'");
            if (count != storage.Count)
                throw cursor.File.Refuse(ImportCheck.TensorBounds, $"storage '{key}' has {count} elements, not {storage.Count}");
            long length = count * SourceTypes.Size(storage.Type!.Value);
            if (!parts.TryAdd(key, new(cursor.Position, length)))
                throw cursor.File.Refuse(ImportCheck.Archive, $"lists storage '{key}' twice");
            cursor.Skip(length, $"storage '{key}'");
        }
        return parts;
    }
}
