using System.Buffers.Binary;

namespace LlamaInterop.Import.Torch;

/// <summary>Where an entry's bytes lie in an archive.</summary>
internal readonly record struct ZipPart(long Offset, long Length);

/// <summary>The directory of a zip archive whose entries are stored, not compressed, so that they are read where they lie (PKWARE's APPNOTE 6.3, with zip64).</summary>
internal sealed class StoredZip
{
    private const uint EndSignature = 0x06054b50, End64Signature = 0x06064b50, Locator64Signature = 0x07064b50;
    private const uint EntrySignature = 0x02014b50, LocalSignature = 0x04034b50;
    private const int EndLength = 22, End64Length = 56, Locator64Length = 20, EntryLength = 46, LocalLength = 30;
    private const int MaxCommentLength = 65535, MaxDirectoryBytes = 256 << 20;
    private const ushort Zip64Extra = 1, EncryptedFlag = 1;

    private readonly SourceFile _file;
    private readonly Dictionary<string, ZipPart> _entries = new(StringComparer.Ordinal);

    /// <summary>Reads the directory and, of each entry, where its bytes begin.</summary>
    /// <exception cref="ImportException">The archive is malformed, or an entry is compressed.</exception>
    public StoredZip(SourceFile file)
    {
        _file = file;
        var (offset, length, count) = FindDirectory();
        if (offset < 0 || length < 0 || length > MaxDirectoryBytes || offset > file.Length - length || count > length / EntryLength)
            throw file.Refuse(ImportCheck.Archive, $"the archive's directory of {count} entries and {length} bytes at {offset} does not fit the file");
        var directory = new SourceCursor(file, offset, offset + length);
        for (long i = 0; i < count; i++)
            ReadEntry(directory);
    }

    /// <summary>The names of all entries.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>True where a file begins as zip archives do.</summary>
    public static bool Recognizes(SourceFile file)
    {
        Span<byte> signature = stackalloc byte[4];
        if (file.Length < EndLength)
            return false;
        file.Read(0, signature);
        return BinaryPrimitives.ReadUInt32LittleEndian(signature) is LocalSignature or EndSignature;
    }

    public bool TryGet(string name, out ZipPart part) => _entries.TryGetValue(name, out part);

    /// <summary>The end of the directory lies at the end of the file, before a comment of unknown length.</summary>
    private (long Offset, long Length, long Count) FindDirectory()
    {
        int searched = (int)Math.Min(_file.Length, EndLength + MaxCommentLength);
        var tail = new byte[searched];
        _file.Read(_file.Length - searched, tail);
        for (int i = searched - EndLength; i >= 0; i--)
        {
            var end = tail.AsSpan(i);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) == EndSignature && BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) == searched - i - EndLength)
                return ReadEnd(end, _file.Length - searched + i);
        }
        throw _file.Refuse(ImportCheck.Archive, "the archive's directory is missing: truncated or still being written");
    }

    private (long Offset, long Length, long Count) ReadEnd(ReadOnlySpan<byte> end, long position)
    {
        uint count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]), offset = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        if (count != ushort.MaxValue && length != uint.MaxValue && offset != uint.MaxValue)
            return (offset, length, count);
        Span<byte> record = stackalloc byte[End64Length];
        if (!TryReadSigned(position - Locator64Length, Locator64Signature, record[..Locator64Length])
            || !TryReadSigned(BinaryPrimitives.ReadInt64LittleEndian(record[8..]), End64Signature, record))
            return (offset, length, count);
        return (BinaryPrimitives.ReadInt64LittleEndian(record[48..]), BinaryPrimitives.ReadInt64LittleEndian(record[40..]), BinaryPrimitives.ReadInt64LittleEndian(record[32..]));
    }

    private bool TryReadSigned(long position, uint signature, Span<byte> record)
    {
        if (position < 0 || position > _file.Length - record.Length)
            return false;
        _file.Read(position, record);
        return BinaryPrimitives.ReadUInt32LittleEndian(record) == signature;
    }

    private void ReadEntry(SourceCursor directory)
    {
        const string What = "the archive's directory";
        byte[] fields = directory.ReadBytes(EntryLength, EntryLength, What);
        ushort Short(int at) => BinaryPrimitives.ReadUInt16LittleEndian(fields.AsSpan(at));
        uint Int(int at) => BinaryPrimitives.ReadUInt32LittleEndian(fields.AsSpan(at));
        if (Int(0) != EntrySignature)
            throw _file.Refuse(ImportCheck.Archive, $"entry {_entries.Count} of the archive's directory is malformed");
        string name = directory.ReadText(Short(28), ushort.MaxValue, What);
        byte[] extra = directory.ReadBytes(Short(30), ushort.MaxValue, What);
        directory.Skip(Short(32), What);
        if (Short(10) != 0 || (Short(8) & EncryptedFlag) != 0)
            throw _file.Refuse(ImportCheck.Compression, $"entry '{name}' is compressed or encrypted, which torch's checkpoints are not");
        var (stored, length, header) = Widen(extra, Int(20), Int(24), Int(42));
        if (stored != length)
            throw _file.Refuse(ImportCheck.Archive, $"entry '{name}' has {length} bytes in {stored} of the archive");
        if (!_entries.TryAdd(name, Place(name, header, length)))
            throw _file.Refuse(ImportCheck.Archive, $"entry '{name}' occurs twice");
    }

    /// <summary>Fields that are full stand in the zip64 extra field, in this order.</summary>
    private static (long Stored, long Length, long Header) Widen(ReadOnlySpan<byte> extra, uint stored, uint length, uint header)
    {
        while (extra.Length >= 4 && BinaryPrimitives.ReadUInt16LittleEndian(extra) is var id)
        {
            int size = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            var field = extra.Slice(4, size);
            extra = extra[(4 + size)..];
            if (id != Zip64Extra)
                continue;
            long wideLength = Next(ref field, length), wideStored = Next(ref field, stored);
            return (wideStored, wideLength, Next(ref field, header));
        }
        return (stored, length, header);
    }

    private static long Next(ref ReadOnlySpan<byte> field, uint narrow)
    {
        if (narrow != uint.MaxValue || field.Length < 8)
            return narrow;
        long wide = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[8..];
        return wide;
    }

    /// <summary>An entry's bytes follow its own header, whose name and extra field have lengths of their own.</summary>
    private ZipPart Place(string name, long header, long length)
    {
        Span<byte> local = stackalloc byte[LocalLength];
        if (!TryReadSigned(header, LocalSignature, local))
            throw _file.Refuse(ImportCheck.Archive, $"entry '{name}' is not where the archive's directory says");
        long offset = header + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
        return length >= 0 && offset <= _file.Length - length ? new(offset, length)
            : throw _file.Refuse(ImportCheck.TensorBounds, $"entry '{name}' of {length} bytes reaches past the end of the file");
    }
}
