using System.Text;

namespace LlamaInterop.Inference;

/// <summary>
/// Finds stop strings in a stream of UTF-8. What may still become one is held back, so that no part of a stop string is ever given
/// out. Allocates nothing after construction.
/// </summary>
internal sealed class StopMatcher
{
    private readonly byte[][] _stops;
    private readonly byte[] _held;
    private int _heldCount;

    /// <param name="stops">The stop strings; empty ones are passed over.</param>
    /// <param name="longestPiece">Bytes that one call of <see cref="Push"/> adds at most.</param>
    public StopMatcher(IEnumerable<string> stops, int longestPiece)
    {
        _stops = [.. stops.Where(s => s.Length > 0).Select(Encoding.UTF8.GetBytes)];
        _held = new byte[_stops.Append([]).Max(s => s.Length) + longestPiece];
    }

    /// <summary>Bytes that one call writes at most.</summary>
    public int Capacity => _held.Length;

    /// <summary>
    /// Takes in <paramref name="piece"/> and writes what is now safe to <paramref name="safe"/> (of at least this matcher's capacity).
    /// </summary>
    /// <returns>Bytes written, and whether a stop string was reached; text before it is written, it and what follows are not.</returns>
    public (int Written, bool Stopped) Push(ReadOnlySpan<byte> piece, Span<byte> safe)
    {
        if (_stops.Length == 0)
        {
            piece.CopyTo(safe);
            return (piece.Length, false);
        }
        piece.CopyTo(_held.AsSpan(_heldCount));
        _heldCount += piece.Length;
        Span<byte> text = _held.AsSpan(0, _heldCount);
        int first = FirstStop(text);
        int release = first >= 0 ? first : _heldCount - LongestStart(text);
        text[..release].CopyTo(safe);
        text[release..].CopyTo(_held);
        _heldCount = first >= 0 ? 0 : _heldCount - release;
        return (release, first >= 0);
    }

    /// <summary>Writes what was held back: the stream is over.</summary>
    public int Flush(Span<byte> destination)
    {
        int count = _heldCount;
        _held.AsSpan(0, count).CopyTo(destination);
        _heldCount = 0;
        return count;
    }

    /// <summary>
    /// Where the stop string begins that is complete first, the longest of those; -1 for none. By its end and not by its
    /// beginning, so that the result does not depend on how the text is split into pieces.
    /// </summary>
    private int FirstStop(ReadOnlySpan<byte> text)
    {
        int first = -1;
        int firstEnd = int.MaxValue;
        foreach (byte[] stop in _stops)
        {
            int at = text.IndexOf(stop);
            int end = at + stop.Length;
            if (at < 0 || end > firstEnd || (end == firstEnd && at > first))
                continue;
            (first, firstEnd) = (at, end);
        }
        return first;
    }

    /// <summary>Bytes at the end of <paramref name="text"/> that begin a stop string.</summary>
    private int LongestStart(ReadOnlySpan<byte> text)
    {
        int longest = 0;
        foreach (byte[] stop in _stops)
        {
            for (int n = Math.Min(stop.Length - 1, text.Length); n > longest; n--)
            {
                if (text[^n..].SequenceEqual(stop.AsSpan(0, n)))
                    longest = n;
            }
        }
        return longest;
    }
}
