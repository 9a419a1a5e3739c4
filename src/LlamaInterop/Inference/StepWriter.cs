using System.Runtime.InteropServices;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>Writes a batch into the input buffer, taking cache slots for its tokens. Allocates nothing.</summary>
internal sealed class StepWriter
{
    private readonly StepLayout _layout;
    private readonly KvCache _cache;
    private readonly BufferHandle _buffer;
    private readonly int[] _words;
    private readonly int[] _slots;

    public StepWriter(StepLayout layout, KvCache cache, BufferHandle buffer)
    {
        _layout = layout;
        _cache = cache;
        _buffer = buffer;
        _words = new int[layout.EmbeddingsOffset / sizeof(int)];
        _slots = new int[cache.Groups.Count];
    }

    public void Write(Batch batch)
    {
        for (int s = 0; s < batch.SequenceCount; s++)
            batch.SequenceAt(s).Begin();
        batch.Tokens.CopyTo(Words(_layout.TokensOffset, batch.TokenCount));
        batch.OutputRows.CopyTo(Words(_layout.OutputRowsOffset, batch.OutputCount));
        AppendRows(batch);
        Send(_layout.TokensOffset, batch.TokenCount);
        Send(_layout.PositionsOffset, batch.TokenCount);
        Send(_layout.RowsOffset, 2 * batch.TokenCount);
        Send(_layout.OutputRowsOffset, batch.OutputCount);
        if (batch.EmbeddingCount > 0)
            _buffer.Write(_layout.EmbeddingsOffset, batch.Embeddings);
        if (!_cache.States.IsEmpty)
            WriteRuns(batch);
        for (int g = 0; g < _cache.Groups.Count; g++)
            WriteGroup(batch, g);
    }

    private void AppendRows(Batch batch)
    {
        Span<int> positions = Words(_layout.PositionsOffset, batch.TokenCount);
        Span<int> rows = Words(_layout.RowsOffset, 2 * batch.TokenCount);
        for (int t = 0; t < batch.TokenCount; t++)
        {
            int index = batch.SequenceOfRow[t];
            Sequence sequence = batch.SequenceAt(index);
            positions[t] = rows[2 * t] = sequence.LengthOf(batch.Scope);
            rows[(2 * t) + 1] = index;
            sequence.Append(_slots, batch.Scope);
            for (int g = 0; g < _slots.Length; g++)
                _words[(_layout.Groups[g].Slots / sizeof(int)) + t] = _slots[g];
        }
    }

    /// <summary>The rows of a sequence stand together, in the order in which the sequences entered.</summary>
    private void WriteRuns(Batch batch)
    {
        Span<int> runs = Words(_layout.RunsOffset, 4 * batch.SequenceCount);
        int row = 0;
        for (int s = 0; s < batch.SequenceCount; s++)
        {
            int first = row;
            while (row < batch.TokenCount && batch.SequenceOfRow[row] == s)
                row++;
            Sequence sequence = batch.SequenceAt(s);
            runs[4 * s] = first;
            runs[(4 * s) + 1] = row - first;
            runs[(4 * s) + 2] = sequence.StateSlot;
            runs[(4 * s) + 3] = sequence.NextStateSlot;
        }
        Send(_layout.RunsOffset, 4 * batch.SequenceCount);
    }

    private void WriteGroup(Batch batch, int g)
    {
        StepLayout.GroupOffsets offsets = _layout.Groups[g];
        int entryWords = 4 * _cache.Groups[g].MaxEntries;
        Send(offsets.Slots, batch.TokenCount);
        Span<int> counts = Words(offsets.Counts, batch.SequenceCount);
        for (int s = 0; s < batch.SequenceCount; s++)
        {
            BlockTable table = batch.SequenceAt(s).Tables[g];
            long at = offsets.Table + ((long)s * entryWords * sizeof(int));
            table.CopyTo(MemoryMarshal.Cast<int, BlockEntry>(Words(at, 4 * table.Count)));
            Send(at, 4 * table.Count);
            counts[s] = table.Count;
        }
        Send(offsets.Counts, batch.SequenceCount);
    }

    private Span<int> Words(long byteOffset, int count) => _words.AsSpan((int)(byteOffset / sizeof(int)), count);

    /// <summary>A step inside a prompt has no output rows, and then nothing to send of them.</summary>
    private void Send(long byteOffset, int count)
    {
        if (count > 0)
            _buffer.Write<int>(byteOffset, Words(byteOffset, count));
    }
}
