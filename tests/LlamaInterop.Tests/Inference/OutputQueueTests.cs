using System.Text;
using LlamaInterop.Inference;

namespace LlamaInterop.Tests.Inference;

internal sealed class OutputQueueTests
{
    [Test]
    public void GivesBytesInOrderHoweverTheyAreTaken()
    {
        using var queue = new OutputQueue();
        queue.Append("once "u8);
        queue.Append("upon"u8);
        queue.Complete(null);
        var bytes = new byte[4];
        Assert.That(Enumerable.Range(0, 4).Select(_ => Encoding.UTF8.GetString(bytes, 0, queue.Read(bytes))), Is.EqualTo(new[] { "once", " upo", "n", "" }));
        Assert.That(queue.Read(bytes), Is.Zero, "the end stays the end");
    }

    [Test]
    public void HoldsWhatASlowReaderHasNotTaken()
    {
        using var queue = new OutputQueue();
        byte[] text = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];
        foreach (byte[] piece in text.Chunk(77))
            queue.Append(piece);
        queue.Complete(null);
        var taken = new byte[text.Length + 1];
        Assert.That(queue.Read(taken), Is.EqualTo(text.Length));
        Assert.That(taken[..^1], Is.EqualTo(text));
    }

    [Test]
    public async Task ReaderWaitsForTheWriter()
    {
        using var queue = new OutputQueue();
        var bytes = new byte[8];
        Task<int> reading = queue.ReadAsync(bytes).AsTask();
        Assert.That(reading.IsCompleted, Is.False);
        queue.Append("x"u8);
        Assert.That(await reading, Is.EqualTo(1));
        Task<int> ending = Task.Run(() => queue.Read(new byte[8]));
        queue.Complete(null);
        Assert.That(await ending, Is.Zero);
    }

    [Test]
    public void FailureComesAfterTheText()
    {
        using var queue = new OutputQueue();
        queue.Append("text"u8);
        queue.Complete(new InvalidDataException("no more"));
        queue.Complete(null);
        var bytes = new byte[8];
        Assert.That(queue.Read(bytes), Is.EqualTo(4));
        Assert.That(() => queue.Read(bytes), Throws.InstanceOf<InvalidDataException>());
        Assert.That(async () => await queue.ReadAsync(bytes), Throws.InstanceOf<InvalidDataException>());
    }
}
