using LlamaInterop.Compute;

namespace LlamaInterop.Inference;

/// <summary>The bytes of a sequence in the cache's memory, in one order for whoever writes them out and whoever reads them back.</summary>
internal static class SequenceContent
{
    private const int ChunkBytes = 1 << 16;

    public static void CopyTo(KvCache cache, Sequence sequence, IReadOnlyList<TableRange> ranges, Action<ReadOnlySpan<byte>> write)
    {
        byte[] chunk = new byte[ChunkBytes];
        foreach ((long offset, int count) in Pieces(cache, sequence, ranges))
        {
            cache.Buffer.Read(offset, chunk.AsSpan(0, count));
            write(chunk.AsSpan(0, count));
        }
    }

    /// <param name="cache">Where the sequence lies.</param>
    /// <param name="sequence">A sequence that has blocks and a slot of its own.</param>
    /// <param name="ranges">The positions of each table.</param>
    /// <param name="read">Fills a span whole.</param>
    public static void CopyFrom(KvCache cache, Sequence sequence, IReadOnlyList<TableRange> ranges, SpanReader read)
    {
        byte[] chunk = new byte[ChunkBytes];
        foreach ((long offset, int count) in Pieces(cache, sequence, ranges))
        {
            read(chunk.AsSpan(0, count));
            cache.Buffer.Write<byte>(offset, chunk.AsSpan(0, count));
        }
    }

    /// <summary>Bytes of a sequence with these ranges.</summary>
    public static long ByteLength(KvCache cache, IReadOnlyList<TableRange> ranges, bool hasState)
    {
        long bytes = 0;
        for (int layer = 0; layer < cache.Layers.Count; layer++)
        {
            TableRange range = ranges[GroupOf(cache, layer)];
            foreach (Tensor tensor in TensorsOf(cache, layer))
                bytes += tensor.Type.RowBytes(tensor.Width) * tensor.Planes * (range.To - range.From);
        }
        return bytes + (hasState ? cache.States.Tensors.Sum(state => state.Stride(1)) : 0);
    }

    /// <summary>Places in the cache's memory: layer by layer the rows of every entry's heads, then the states; none longer than a chunk.</summary>
    private static IEnumerable<(long Offset, int Count)> Pieces(KvCache cache, Sequence sequence, IReadOnlyList<TableRange> ranges)
    {
        for (int layer = 0; layer < cache.Layers.Count; layer++)
        {
            int group = GroupOf(cache, layer);
            foreach (Tensor tensor in TensorsOf(cache, layer))
            {
                foreach (BlockEntry entry in sequence.TableAt(group).Entries)
                {
                    foreach ((long offset, int count) in PiecesOf(tensor, entry, ranges[group].From))
                        yield return (offset, count);
                }
            }
        }
        if (sequence.StateSlot < 0)
            yield break;
        foreach (Tensor state in cache.States.Tensors)
        {
            foreach ((long offset, int count) in Split(state.Offset + (sequence.StateSlot * state.Stride(1)), state.Stride(1)))
                yield return (offset, count);
        }
    }

    /// <summary>The valid rows of a block from position <paramref name="from"/> on, head by head.</summary>
    private static IEnumerable<(long Offset, int Count)> PiecesOf(Tensor tensor, BlockEntry entry, int from)
    {
        int first = Math.Max(entry.ValidFrom, from - entry.FirstPosition);
        for (int head = 0; head < tensor.Planes && first < entry.ValidTo; head++)
        {
            long start = tensor.Offset + (entry.Block * tensor.Stride(3)) + (head * tensor.Stride(2)) + (first * tensor.Stride(1));
            foreach ((long offset, int count) in Split(start, (entry.ValidTo - first) * tensor.Stride(1)))
                yield return (offset, count);
        }
    }

    private static IEnumerable<(long Offset, int Count)> Split(long offset, long bytes)
    {
        for (long done = 0; done < bytes; done += ChunkBytes)
            yield return (offset + done, (int)Math.Min(ChunkBytes, bytes - done));
    }

    private static int GroupOf(KvCache cache, int layer)
    {
        int group = 0;
        while (cache.Groups[group] != cache.Layers[layer].Group)
            group++;
        return group;
    }

    private static Tensor[] TensorsOf(KvCache cache, int layer)
    {
        (_, Tensor keys, Tensor values) = cache.Layers[layer];
        return keys == values ? [keys] : [keys, values];
    }
}

/// <summary>Positions [From, To) that a block table holds.</summary>
internal readonly record struct TableRange(int From, int To);

/// <summary>Fills a span whole.</summary>
internal delegate void SpanReader(Span<byte> destination);
