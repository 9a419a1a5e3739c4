using System.Runtime.InteropServices;
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

    [Test]
    public void AreTakenBeforeTheyAreTouched()
    {
        using var buffer = BufferHandle.Create(backend, 32L * Huge);
        buffer.Populate((7L * Huge) + 1, 2L * Huge);
        long taken = MemoryMap.Resident(buffer.Address);
        Assume.That(taken, Is.Not.Zero, "this system has no call for it");
        Assert.That(taken, Is.EqualTo(2L * Huge));
        buffer.Populate(0, 32L * Huge);
        Assert.That(MemoryMap.Resident(buffer.Address), Is.EqualTo(32L * Huge));
    }

    [Test]
    public void BecomeHugeWithTheBytesThatTheyHave()
    {
        const int NoHugePages = 15;
        using var buffer = BufferHandle.Create(backend, 8L * Huge);
        Assume.That(Advise(buffer.Address, 8 * Huge, NoHugePages), Is.Zero);
        byte[] content = new byte[8 * Huge];
        new Random(7).NextBytes(content);
        buffer.Write<byte>(0, content);
        Assert.That(MemoryMap.Huge(buffer.Address), Is.Zero);
        buffer.Collapse(0, 8L * Huge);
        Assert.That(buffer.Slice<byte>(0, 8 * Huge).SequenceEqual(content));
        Assume.That(backend.Describe().HugePageBytes, Is.EqualTo(Huge), "this system gives no huge pages");
        Assert.That(MemoryMap.Huge(buffer.Address), Is.GreaterThan(0));
    }

    [Test]
    public void AreLeftAloneWhereTheMemoryIsTheCallers()
    {
        byte[] content = new byte[16];
        fixed (byte* address = content)
        {
            using var buffer = BufferHandle.Wrap(backend, address, content.Length);
            Assert.That(() => buffer.Populate(0, 16), Throws.InstanceOf<NativeException>().With.Message.Contains("buffer populate"));
            Assert.That(() => buffer.Collapse(0, 16), Throws.InstanceOf<NativeException>().With.Message.Contains("buffer collapse"));
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int Advise(void* address, nint bytes, int advice);
}
