using System.Runtime.InteropServices;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Native;

internal sealed unsafe class BufferHandleTests
{
    private BackendHandle backend = null!;

    [SetUp]
    public void Open() => backend = BackendHandle.Open(new(LkBackendKind.CPU, ThreadCount: 1));

    [TearDown]
    public void Close() => backend.Dispose();

    [Test]
    public void StartsZeroedAndAligned()
    {
        using var buffer = BufferHandle.Create(backend, 1000);
        var content = new byte[1000];
        buffer.Read<byte>(0, content);
        Assert.That(content, Is.All.Zero);
        Assert.That((ulong)buffer.Address % 64, Is.Zero);
        Assert.That(buffer.Bytes, Is.EqualTo(1000));
    }

    [Test]
    public void ReadsBackWhatWasWritten()
    {
        using var buffer = BufferHandle.Create(backend, 64);
        buffer.Write<float>(8, [1.5f, -2f, 3f]);
        var read = new float[2];
        buffer.Read<float>(12, read);
        Assert.That(read, Is.EqualTo(new[] { -2f, 3f }));
    }

    [TestCase(-1, 4)]
    [TestCase(61, 4)]
    [TestCase(64, 1)]
    [TestCase(long.MaxValue, 4)]
    public void RefusesARangeOutside(long offset, int length)
    {
        using var buffer = BufferHandle.Create(backend, 64);
        Assert.That(() => buffer.Write<byte>(offset, new byte[length]), Throws.TypeOf<NativeException>());
        Assert.That(() => buffer.Read<byte>(offset, new byte[length]), Throws.TypeOf<NativeException>());
    }

    [TestCase(-1)]
    [TestCase(long.MinValue)]
    public void RefusesASizeBelowZero(long bytes) =>
        Assert.That(() => BufferHandle.Create(backend, bytes), Throws.TypeOf<NativeException>());

    [Test]
    public void SaysHowManyBytesThereWereNot() => Assert.That(() => BufferHandle.Create(backend, long.MaxValue / 2),
        Throws.TypeOf<NativeException>().With.Property(nameof(NativeException.Status)).EqualTo(LkStatus.OUT_OF_MEMORY).And.Message.Match(@"\d"));

    [Test]
    public void ReadsWrappedMemoryInPlace()
    {
        using var memory = new CountedMemory(128);
        memory.Bytes[5] = 42;
        using var buffer = BufferHandle.Wrap(backend, memory.Address, 128, memory);
        var read = new byte[1];
        buffer.Read<byte>(5, read);
        Assert.That(read[0], Is.EqualTo(42));
        Assert.That((nint)buffer.Address, Is.EqualTo((nint)memory.Address));
    }

    [Test]
    public void RefusesToWrapNothing()
    {
        using var memory = new CountedMemory(16);
        Assert.That(() => BufferHandle.Wrap(backend, null, 16, memory), Throws.TypeOf<NativeException>());
        memory.Dispose();
        Assert.That(memory.Releases, Is.EqualTo(1), "the refused buffer let go of the memory");
    }

    [Test]
    public void KeepsWrappedMemoryOpen()
    {
        var memory = new CountedMemory(128);
        var buffer = BufferHandle.Wrap(backend, memory.Address, 128, memory);
        memory.Dispose();
        Assert.That(memory.Releases, Is.Zero);
        buffer.Dispose();
        Assert.That(memory.Releases, Is.EqualTo(1));
    }

    [Test]
    public void OutlivesTheBackendsDispose()
    {
        using var buffer = BufferHandle.Create(backend, 64);
        backend.Dispose();
        Assert.That(() => buffer.Write<byte>(0, [1]), Throws.Nothing);
    }

    [Test]
    public void MayBeDisposedTwice()
    {
        var buffer = BufferHandle.Create(backend, 64);
        buffer.Dispose();
        Assert.That(buffer.Dispose, Throws.Nothing);
    }

    [Test]
    public void RefusesUseAfterDispose()
    {
        var buffer = BufferHandle.Create(backend, 64);
        buffer.Dispose();
        Assert.That(() => buffer.Write<byte>(0, [1]), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => buffer.Read<byte>(0, new byte[1]), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => (nint)buffer.Address, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(buffer.Lock, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void IsReleasedByTheFinalizerInAnyOrder()
    {
        var memory = new CountedMemory(64);
        Abandon(memory);
        memory.Dispose();
        for (var i = 0; i < 10 && memory.Releases == 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.That(memory.Releases, Is.EqualTo(1));
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Abandon(CountedMemory memory)
    {
        var lost = BackendHandle.Open(new(LkBackendKind.CPU, ThreadCount: 1));
        _ = BufferHandle.Wrap(lost, memory.Address, 64, memory);
    }

    [Test]
    public void RefusesToReleaseWhatIsNotInAFile()
    {
        using var buffer = BufferHandle.Create(backend, 64);
        Assert.That(() => buffer.Release(0, 64), Throws.TypeOf<NativeException>().With.Message.Contains("only a wrapped buffer"));
    }

    /// <summary>Memory that counts how often it was released.</summary>
    private sealed class CountedMemory : SafeHandle
    {
        private readonly int length;

        public CountedMemory(int length) : base(0, ownsHandle: true)
        {
            this.length = length;
            SetHandle((nint)NativeMemory.AlignedAlloc((nuint)length, 64));
            Bytes.Clear();
        }

        public int Releases { get; private set; }

        public void* Address => (void*)handle;

        public Span<byte> Bytes => new(Address, length);

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            NativeMemory.AlignedFree(Address);
            Releases++;
            return true;
        }
    }

    [Test]
    public void SlicesAndMovesInPlace()
    {
        using var backend = BackendHandle.Open(new BackendOptions(LkBackendKind.CPU, ThreadCount: 1));
        using var buffer = BufferHandle.Create(backend, 32);
        buffer.Write<int>(0, [1, 2, 3, 4]);
        buffer.Move(4, 16, 8);
        Assert.That(buffer.Slice<int>(16, 2).ToArray(), Is.EqualTo(new[] { 2, 3 }));
        buffer.Slice<int>(28, 1)[0] = 9;
        int[] read = new int[8];
        buffer.Read<int>(0, read);
        Assert.That(read, Is.EqualTo(new[] { 1, 2, 3, 4, 2, 3, 0, 9 }));
    }

    [TestCase(-1, 4)]
    [TestCase(32, 1)]
    [TestCase(4, 29)]
    [TestCase(0, -1)]
    public void SlicesAndMovesNothingOutside(long offset, int bytes)
    {
        using var backend = BackendHandle.Open(new BackendOptions(LkBackendKind.CPU, ThreadCount: 1));
        using var buffer = BufferHandle.Create(backend, 32);
        Assert.That(() => buffer.Slice<byte>(offset, bytes).Length, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => buffer.Move(offset, 0, bytes), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => buffer.Move(0, offset, bytes), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
