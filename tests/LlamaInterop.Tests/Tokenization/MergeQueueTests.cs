using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class MergeQueueTests
{
    [Test]
    public void PopsByRankAndThenByPosition([Values(10, 10_000)] int length)
    {
        const int Ranks = 40;
        var random = new Random(length);
        var queue = new MergeQueue(Ranks);
        for (int round = 0; round < 3; round++)
        {
            var expected = new PriorityQueue<(int Rank, int Position), (int, int)>();
            queue.Begin(length);
            for (int i = 0; i < length; i++)
                Push(queue, expected, random.Next(Ranks), random.Next(length));
            int pushes = length;
            while (queue.TryPop(out int rank, out int position))
            {
                Assert.That((rank, position), Is.EqualTo(expected.Dequeue()));
                if (pushes-- > 0)
                    Push(queue, expected, random.Next(Ranks), random.Next(length));
            }
            Assert.That(expected.Count, Is.Zero);
        }
    }

    private static void Push(MergeQueue queue, PriorityQueue<(int, int), (int, int)> expected, int rank, int position)
    {
        queue.Push(rank, position);
        expected.Enqueue((rank, position), (rank, position));
    }
}
