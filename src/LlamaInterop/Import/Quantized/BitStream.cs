namespace LlamaInterop.Import.Quantized;

/// <summary>Numbers of some bits, one after the other from each word's lowest bit up; where 32 is no multiple, one may lie in two words.</summary>
internal static class BitStream
{
    /// <param name="words">The words.</param>
    /// <param name="first">The stream's first word.</param>
    /// <param name="step">From one of the stream's words to the next: a column's words are a row apart.</param>
    /// <param name="index">Which number.</param>
    /// <param name="bits">Bits of each, at most 8.</param>
    public static uint Read(ReadOnlySpan<uint> words, int first, int step, int index, int bits)
    {
        long bit = (long)index * bits;
        int word = first + (int)(bit / 32) * step, shift = (int)(bit % 32);
        uint value = words[word] >> shift;
        if (shift + bits > 32)
            value |= words[word + step] << (32 - shift);
        return value & ((1u << bits) - 1);
    }
}
