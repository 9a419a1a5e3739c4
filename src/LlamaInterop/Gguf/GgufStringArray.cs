using System.Collections;
using System.Text;

namespace LlamaInterop.Gguf;

/// <summary>An array of strings as stored: all bytes in one block, so that a large vocabulary costs two allocations.</summary>
/// <remarks>Texts of vocabularies need not be valid UTF-8; the indexer gives the bytes themselves.</remarks>
public sealed class GgufStringArray : IReadOnlyList<string>
{
    private readonly byte[] _bytes;
    private readonly int[] _ends;

    internal GgufStringArray(byte[] bytes, int[] ends)
    {
        _bytes = bytes;
        _ends = ends;
    }

    /// <summary>An array of these texts, as UTF-8.</summary>
    public GgufStringArray(IEnumerable<string> texts)
        : this(texts.Select(Encoding.UTF8.GetBytes))
    {
    }

    /// <summary>An array of these bytes, which should be UTF-8.</summary>
    public GgufStringArray(IEnumerable<byte[]> texts)
    {
        var ends = new List<int>();
        using var bytes = new MemoryStream();
        foreach (var text in texts)
        {
            bytes.Write(text);
            ends.Add(checked((int)bytes.Length));
        }
        _bytes = bytes.ToArray();
        _ends = [.. ends];
    }

    /// <summary>The number of strings.</summary>
    public int Count => _ends.Length;

    /// <summary>The text of one element; bytes that are not UTF-8 become U+FFFD.</summary>
    public string this[int index] => Encoding.UTF8.GetString(Utf8(index).Span);

    /// <summary>The bytes of one element, exactly as stored.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public ReadOnlyMemory<byte> Utf8(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_ends.Length, nameof(index));
        int start = index == 0 ? 0 : _ends[index - 1];
        return _bytes.AsMemory(start, _ends[index] - start);
    }

    /// <summary>The texts in order, as the indexer gives them.</summary>
    public IEnumerator<string> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
