using LlamaInterop.Native;

namespace LlamaInterop.Tests.Native;

internal sealed class BackendHandleTests
{
    private static readonly BackendOptions Cpu = new(LkBackendKind.CPU, ThreadCount: 2);

    [Test]
    public void DescribesWhatWasOpened()
    {
        using var backend = BackendHandle.Open(Cpu);
        var info = backend.Describe();
        Assert.That(info.Name, Is.Not.Empty.And.Not.Contains("\0"));
        Assert.That(info.Isa, Is.Not.Empty.And.Not.Contains("\0"));
        Assert.That(info.Kind, Is.EqualTo(LkBackendKind.CPU));
        Assert.That(info.ThreadCount, Is.EqualTo(2));
        Assert.That(info.MemoryFree, Is.GreaterThan(0).And.LessThanOrEqualTo(info.MemoryTotal));
    }

    [Test]
    public void DescribesTheMachine()
    {
        using var backend = BackendHandle.Open(new(LkBackendKind.CPU));
        var info = backend.Describe();
        Assert.That(info.ThreadCount, Is.EqualTo(Kernels.CoreCount).And.InRange(1, info.CoreCount));
        Assert.That(info.NodeCount, Is.GreaterThanOrEqualTo(1));
        Assert.That(info.HugePageBytes, Is.Zero.Or.GreaterThanOrEqualTo(1 << 20));
    }

    [Test]
    public void RefusesAProcessorThatIsNotThere() => Assert.That(
        () => BackendHandle.Open(new(LkBackendKind.CPU) { Processors = new([1023]) }),
        Throws.TypeOf<NativeException>().With.Message.Contains("there is no processor 1023"));

    [Test]
    [Platform("Linux")]
    public void RefusesMoreThreadsThanProcessorsOfTheirOwn() => Assert.That(
        () => BackendHandle.Open(new(LkBackendKind.CPU, ThreadCount: 256) { Processors = new(null, Strict: true) }),
        Throws.TypeOf<NativeException>().With.Message.Contains("256 threads, but "));

    [Test]
    public void RefusesAnUnknownKind() => Assert.That(() => BackendHandle.Open(new((LkBackendKind)99)),
        Throws.TypeOf<NativeException>().With.Message.Not.Empty.And.Message.Not.Contains("\n"));

    [Test]
    public void RefusesAThreadCountBelowZero() =>
        Assert.That(() => BackendHandle.Open(new(LkBackendKind.CPU, ThreadCount: -1)), Throws.TypeOf<NativeException>());

    [Test]
    public void NamesTheActivationOfAWeightType()
    {
        using var backend = BackendHandle.Open(Cpu);
        Assert.That(backend.MatmulActivation(LkType.F32, LkLayout.PLAIN), Is.EqualTo(LkType.F32));
        Assert.That(() => backend.MatmulActivation((LkType)12345, LkLayout.PLAIN), Throws.TypeOf<NativeException>());
    }

    [Test]
    public void HasNoKernelForAnUnknownType()
    {
        using var backend = BackendHandle.Open(Cpu);
        Assert.That(backend.MatmulKernel(LkType.Q4_K), Is.Not.Empty);
        Assert.That(backend.MatmulKernel((LkType)12345), Is.Null);
    }

    [Test]
    public void SaysWhetherItRunsAnOp()
    {
        using var backend = BackendHandle.Open(Cpu);
        var add = AddProgram.Op();
        Assert.That(backend.Supports(in add, AddProgram.Tensors()), Is.True);
        add.Opcode = LkOpcode.ALL_REDUCE;
        Assert.That(backend.Supports(in add, AddProgram.Tensors()), Is.False);
    }

    [Test]
    public void ThrowsWhenAnOpIsWrongOnAnyBackend()
    {
        using var backend = BackendHandle.Open(Cpu);
        var add = AddProgram.Op();
        add.Dst = 17;
        Assert.That(() => backend.Supports(in add, AddProgram.Tensors()), Throws.TypeOf<NativeException>());
    }

    [Test]
    public void WaitsForNothingWhenIdle()
    {
        using var backend = BackendHandle.Open(Cpu);
        Assert.That(backend.Wait, Throws.Nothing);
    }

    [Test]
    public void MayBeDisposedTwice()
    {
        var backend = BackendHandle.Open(Cpu);
        backend.Dispose();
        Assert.That(backend.Dispose, Throws.Nothing);
    }

    [Test]
    public void RefusesUseAfterDispose()
    {
        var backend = BackendHandle.Open(Cpu);
        backend.Dispose();
        Assert.That(backend.Describe, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(backend.Wait, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => backend.MatmulKernel(LkType.F32), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => BufferHandle.Create(backend, 64), Throws.TypeOf<ObjectDisposedException>());
    }
}
