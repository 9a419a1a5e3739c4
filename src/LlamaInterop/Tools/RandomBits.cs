using System.Runtime.InteropServices;

namespace LlamaInterop.Tools;

/// <summary>Random bytes by the gigabyte, the same on every machine: SplitMix64.</summary>
/// <remarks>G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.</remarks>
internal sealed class RandomBits(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Fills whole 8-byte words; what is left of a last one is filled from one more.</summary>
    public void Fill(Span<byte> destination)
    {
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(destination);
        for (int i = 0; i < words.Length; i++)
            words[i] = Next();
        Span<byte> rest = destination[(words.Length * sizeof(ulong))..];
        if (rest.IsEmpty)
            return;
        ulong last = Next();
        MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in last))[..rest.Length].CopyTo(rest);
    }

    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
