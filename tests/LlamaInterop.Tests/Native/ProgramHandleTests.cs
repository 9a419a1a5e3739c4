using LlamaInterop.Native;

namespace LlamaInterop.Tests.Native;

internal sealed class ProgramHandleTests
{
    private BackendHandle backend = null!;

    [SetUp]
    public void Open() => backend = BackendHandle.Open(new(LkBackendKind.CPU, ThreadCount: 1));

    [TearDown]
    public void Close() => backend.Dispose();

    [Test]
    public void RunsAStep()
    {
        using var add = new AddProgram(backend, AddProgram.Op());
        add.Buffer.Write<float>(0, [1, 2, 3, 4]);
        add.Buffer.Write<float>(64, [10, 20, 30, 40]);
        add.Program.Submit(AddProgram.Arguments);
        backend.Wait();
        var sum = new float[4];
        add.Buffer.Read<float>(128, sum);
        Assert.That(sum, Is.EqualTo(new float[] { 11, 22, 33, 44 }));
    }

    [Test]
    public void AllocatesNothingInASubmit()
    {
        using var add = new AddProgram(backend, AddProgram.Op());
        using var cancel = new CancelFlag();
        add.Program.Submit(AddProgram.Arguments, cancel);
        long allocated = Allocations.LeastOf(() =>
        {
            for (var i = 0; i < 1000; i++)
                add.Program.Submit(AddProgram.Arguments, cancel);
        });
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void DescribesItself()
    {
        using var add = new AddProgram(backend, AddProgram.Op());
        var stats = add.Program.Describe();
        Assert.That(stats.OpCount, Is.EqualTo(1));
        Assert.That(stats.PhaseCount, Is.EqualTo(1));
        Assert.That(stats.ScratchBytes, Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public void NamesTheOpThatIsWrong()
    {
        var op = AddProgram.Op();
        op.Opcode = (LkOpcode)4711;
        Assert.That(() => new AddProgram(backend, op),
            Throws.TypeOf<NativeException>().With.Message.Contains(AddProgram.Name).And.Message.Not.Contains("\n"));
    }

    [Test]
    public void RefusesAProgramWithoutOps() =>
        Assert.That(() => ProgramHandle.Create(backend, [], [], [], []), Throws.TypeOf<NativeException>());

    [Test]
    public void StopsWhenCancelledAndRunsAgainWhenCleared()
    {
        using var add = new AddProgram(backend, AddProgram.Op());
        using var cancel = new CancelFlag();
        cancel.Set();
        Assert.That(() => add.Program.Submit(AddProgram.Arguments, cancel), Throws.TypeOf<OperationCanceledException>());
        cancel.Clear();
        Assert.That(() => add.Program.Submit(AddProgram.Arguments, cancel), Throws.Nothing);
    }

    [Test]
    public void RefusesADisposedCancelFlag()
    {
        using var add = new AddProgram(backend, AddProgram.Op());
        var cancel = new CancelFlag();
        cancel.Dispose();
        Assert.That(() => add.Program.Submit(AddProgram.Arguments, cancel), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(cancel.Set, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void TimesEachOp()
    {
        using var add = new AddProgram(backend, AddProgram.Op());
        add.Program.Profile(true);
        add.Program.Submit(AddProgram.Arguments);
        var times = new long[1];
        add.Program.ReadOpTimes(times);
        Assert.That(times[0], Is.GreaterThan(0));
        Assert.That(() => add.Program.ReadOpTimes(new long[2]), Throws.TypeOf<NativeException>());
    }

    [Test]
    public void KeepsItsBuffersAndBackendOpen()
    {
        var add = new AddProgram(backend, AddProgram.Op());
        add.Buffer.Dispose();
        backend.Dispose();
        Assert.That(() => add.Program.Submit(AddProgram.Arguments), Throws.Nothing);
        Assert.That(add.Program.Dispose, Throws.Nothing);
    }

    [Test]
    public void RefusesADisposedBuffer()
    {
        var buffer = BufferHandle.Create(backend, 192);
        buffer.Dispose();
        Assert.That(() => ProgramHandle.Create(backend, AddProgram.Tensors(), [AddProgram.Op()], [buffer], "sum"u8),
            Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void MayBeDisposedTwice()
    {
        using var add = new AddProgram(backend, AddProgram.Op());
        add.Program.Dispose();
        Assert.That(add.Program.Dispose, Throws.Nothing);
    }

    [Test]
    public void RefusesUseAfterDispose()
    {
        using var add = new AddProgram(backend, AddProgram.Op());
        add.Program.Dispose();
        Assert.That(() => add.Program.Submit(AddProgram.Arguments), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => add.Program.Describe(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => add.Program.Profile(true), Throws.TypeOf<ObjectDisposedException>());
    }
}
