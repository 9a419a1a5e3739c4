namespace LlamaInterop.Tools;

/// <summary>Room for a row of values at each scored position of a group of chunks.</summary>
internal sealed class RowBuffer<T>(TextChunks chunks, int groupSize, int width)
{
    private readonly T[] _values = new T[checked((int)((long)groupSize * chunks.ScoredPerChunk * width))];

    /// <summary>The values at a position of a chunk, which is counted from the group's first.</summary>
    public Span<T> Row(int chunk, int position) => _values.AsSpan(((chunk * chunks.ScoredPerChunk) + position - chunks.FirstScored) * width, width);

    /// <summary>All values of some chunks.</summary>
    public Span<T> Of(int first, int count) => _values.AsSpan(first * chunks.ScoredPerChunk * width, count * chunks.ScoredPerChunk * width);
}
