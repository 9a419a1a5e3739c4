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
    public void LieWhereHugePagesBegin(int bytes)
    {
        using var buffer = BufferHandle.Create(backend, bytes);
        Assert.That((long)buffer.Address % Huge, Is.Zero);
    }

    /// <summary>A system without huge pages marks no memory for them; the backend then must not speak of any.</summary>
    [TestCase(Huge)]
    [TestCase((5 * Huge) + 1)]
    public void AreAskedForInHugeSizeWhereTheSystemHasIt(int bytes)
    {
        using var buffer = BufferHandle.Create(backend, bytes);
        bool asked = MemoryMap.Flags(buffer.Address).Contains("hg");
        Assert.That(asked, Is.EqualTo(MemoryMap.SystemHasHugePages));
        Assert.That(asked || backend.Describe().HugePageBytes == 0);
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
