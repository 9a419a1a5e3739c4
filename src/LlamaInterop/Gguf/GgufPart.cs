using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace LlamaInterop.Gguf;

/// <summary>One file of a model: most models have one, split ones several.</summary>
public sealed unsafe class GgufPart : IDisposable
{
    private readonly SafeFileHandle _file;
    private MemoryMappedFile? _mapping;
    private MemoryMappedViewAccessor? _view;
    private byte* _address;

    private GgufPart(string path, SafeFileHandle file, long length)
    {
        Path = path;
        Length = length;
        _file = file;
    }

    /// <summary>The path that it was opened by.</summary>
    public string Path { get; }

    /// <summary>The file's length in bytes when it was opened.</summary>
    public long Length { get; }

    /// <summary>Where the file begins in memory: null before <see cref="Map"/>, invalid after <see cref="Dispose"/>.</summary>
    public byte* Address => _address;

    internal static GgufPart Open(string path)
    {
        try
        {
            var file = RegularFile.Open(path, "a GGUF file");
            return new(path, file, RandomAccess.GetLength(file));
        }
        catch (Exception error) when (RegularFile.IsRefusal(error))
        {
            throw new GgufException(GgufCheck.File, path, RegularFile.ReasonOf(error), error);
        }
    }

    internal GgufHeader ReadHeader(int partIndex, long maxHeaderBytes)
    {
        try
        {
            return GgufHeader.Read(new GgufCursor(_file, Path, Length, maxHeaderBytes), Length, partIndex);
        }
        catch (IOException error)
        {
            throw new GgufException(GgufCheck.Read, Path, $"cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Maps the whole file into memory, for reading; does nothing when it is mapped already.</summary>
    /// <exception cref="GgufException">The file has become shorter, or cannot be mapped.</exception>
    public void Map()
    {
        if (_address is not null)
            return;
        try
        {
            if (RandomAccess.GetLength(_file) < Length)
                throw new GgufException(GgufCheck.Read, Path, $"has become shorter than the {Length} bytes it had when it was opened");
            _mapping ??= MemoryMappedFile.CreateFromFile(_file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view ??= _mapping.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
            byte* address = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
            _address = address + _view.PointerOffset;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new GgufException(GgufCheck.Read, Path, $"cannot be mapped into memory: {error.Message}", error);
        }
    }

    /// <summary>Reads bytes from the file itself, mapped or not.</summary>
    internal void Read(long offset, Span<byte> destination)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                int read = RandomAccess.Read(_file, destination, offset);
                if (read == 0)
                    throw new GgufException(GgufCheck.Read, Path, $"has become shorter than the {Length} bytes it had when it was opened");
                offset += read;
                destination = destination[read..];
            }
        }
        catch (IOException error)
        {
            throw new GgufException(GgufCheck.Read, Path, $"cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Closes the file and ends its mapping.</summary>
    public void Dispose()
    {
        if (_address is not null)
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        _address = null;
        _view?.Dispose();
        _mapping?.Dispose();
        _file.Dispose();
    }
}
