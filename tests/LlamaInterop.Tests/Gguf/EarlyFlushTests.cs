using LlamaInterop.Gguf;
using Microsoft.Win32.SafeHandles;

namespace LlamaInterop.Tests.Gguf;

[TestFixture]
internal sealed class EarlyFlushTests
{
    private const long Length = 96 << 20;

    [Test]
    public void LeavesTheBytesAsTheyAreWritten()
    {
        using var folder = new TemporaryFolder();
        byte[] block = new byte[1 << 20];
        File.WriteAllText(folder.File("large"), "what is replaced");
        GgufReplacement.Write(folder.File("large"), Length, stream =>
        {
            for (long written = 0; written < Length; written += block.Length)
            {
                block.AsSpan().Fill((byte)(written >> 20));
                stream.Write(block);
            }
        });
        using FileStream file = File.OpenRead(folder.File("large"));
        Assert.That(file.Length, Is.EqualTo(Length));
        for (long read = 0; read < Length; read += block.Length)
        {
            file.ReadExactly(block);
            Assert.That(block.AsSpan().IndexOfAnyExcept((byte)(read >> 20)), Is.EqualTo(-1), $"megabyte {read >> 20}");
        }
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void TellsAFailureAtTheEnd()
    {
        SafeFileHandle closed = File.OpenHandle(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        closed.Dispose();
        using var early = new EarlyFlush(closed, Length);
        Thread.Sleep(50);
        Assert.That(early.End, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void ASmallFileTakesNoThread()
    {
        using var folder = new TemporaryFolder();
        using SafeFileHandle file = File.OpenHandle(folder.File("small"), FileMode.CreateNew, FileAccess.Write);
        file.Dispose();
        using var early = new EarlyFlush(file, length: 1 << 20);
        Thread.Sleep(50);
        Assert.That(early.End, Throws.Nothing);
    }
}
