using System.IO.MemoryMappedFiles;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Native;

/// <summary>Pages of a wrapped mapping that are given back: what the system says is resident, and that the bytes are still there.</summary>
[Platform("Linux")]
internal sealed unsafe class BufferReleaseTests
{
    private const int Bytes = 8 << 20;

    private string path = "";
    private MemoryMappedFile file = null!;
    private MemoryMappedViewAccessor view = null!;
    private byte* address;
    private BackendHandle backend = null!;
    private BufferHandle buffer = null!;

    [SetUp]
    public void Map()
    {
        path = Path.GetTempFileName();
        byte[] content = new byte[Bytes];
        new Random(6).NextBytes(content);
        File.WriteAllBytes(path, content);
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        backend = BackendHandle.Open(new(LkBackendKind.CPU, ThreadCount: 1));
        buffer = BufferHandle.Wrap(backend, address, Bytes, view.SafeMemoryMappedViewHandle);
        _ = Content();
    }

    [TearDown]
    public void Unmap()
    {
        buffer.Dispose();
        backend.Dispose();
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
        File.Delete(path);
    }

    [Test]
    public void TakesWholePagesOutOfMemory()
    {
        Assert.That(Resident(), Is.EqualTo(Bytes), "after reading it all");
        buffer.Release(0, Bytes);
        Assert.That(Resident(), Is.Zero);
    }

    [Test]
    public void LeavesThePagesThatTheRangeOnlyTouches()
    {
        int page = Environment.SystemPageSize;
        buffer.Release(1, (2 * page) - 2);
        Assert.That(Resident(), Is.EqualTo(Bytes), "no whole page inside");
        buffer.Release(page - 1, (2 * page) + 2);
        // Where the system maps files by 2 MB, it takes the whole of such a page out.
        Assert.That(Resident(), Is.LessThanOrEqualTo(Bytes - (2 * page)));
    }

    [Test]
    public void BringsTheBytesBackWhenTheyAreRead()
    {
        byte[] before = Content();
        buffer.Release(0, Bytes);
        Assert.That(Content().AsSpan().SequenceEqual(before));
    }

    private byte[] Content()
    {
        byte[] content = new byte[Bytes];
        buffer.Read<byte>(0, content);
        return content;
    }

    private long Resident() => MemoryMap.Resident(address);
}
