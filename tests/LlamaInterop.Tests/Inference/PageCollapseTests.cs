using LlamaInterop.Inference;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Inference;

/// <summary>The thread that makes huge pages beside a running model.</summary>
internal sealed class PageCollapseTests
{
    private const int Bytes = 16 << 20;

    [TestCase(0)]
    [TestCase(1200)]
    public void EndsWhenItIsDisposedAndLeavesTheBytes(int milliseconds)
    {
        using var backend = BackendHandle.Open(new(LkBackendKind.CPU, ThreadCount: 1));
        using var buffer = BufferHandle.Create(backend, Bytes);
        byte[] content = new byte[Bytes];
        new Random(8).NextBytes(content);
        buffer.Write<byte>(0, content);
        var collapse = PageCollapse.Start(buffer);
        Thread.Sleep(milliseconds);
        collapse.Dispose();
        Assert.That(buffer.Slice<byte>(0, Bytes).SequenceEqual(content));
    }
}
