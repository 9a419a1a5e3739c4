using LlamaInterop.Native;

namespace LlamaInterop.Tests.Native;

/// <summary>The pages of large buffers, as the system sees them.</summary>
[Platform("Linux")]
internal sealed unsafe class BufferPagesTests
{
    private const int Huge = 2 << 20;

    private BackendHandle backend = null!;

    [SetUp]
    public void Open() => backend = BackendHandle.Open(new(LkBackendKind.CPU, ThreadCount: 1));

    [TearDown]
    public void Close() => backend.Dispose();

    [TestCase(Huge)]
    [TestCase((5 * Huge) + 1)]
    public void AreAskedForInHugeSize(int bytes)
    {
        if (backend.Describe().HugePageBytes == 0)
            Assert.Ignore("this system gives no huge pages");
        using var buffer = BufferHandle.Create(backend, bytes);
        Assert.That((long)buffer.Address % Huge, Is.Zero);
        Assert.That(MemoryMap.Flags(buffer.Address), Does.Contain("hg"));
    }

    [Test]
    public void StayOutOfMemoryUntilTheyAreTouched()
    {
        using var buffer = BufferHandle.Create(backend, 32L * Huge);
        Assert.That(MemoryMap.Resident(buffer.Address), Is.Zero);
        buffer.Write<byte>(7L * Huge, [1]);
        Assert.That(MemoryMap.Resident(buffer.Address), Is.InRange(1, Huge));
    }
}
