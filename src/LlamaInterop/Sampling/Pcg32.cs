namespace LlamaInterop.Sampling;

/// <summary>The random numbers of sampling: PCG-XSH-RR with 64 bits of state and 32 of output.</summary>
/// <remarks>
/// M. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number
/// Generation", 2014. Integer arithmetic only, so the same seed gives the same numbers on every platform. Samplers that
/// draw share one seed and differ by stream.
/// </remarks>
public struct Pcg32
{
    private const ulong Multiplier = 6364136223846793005;

    private readonly ulong _increment;
    private ulong _state;

    /// <summary>Starts stream <paramref name="stream"/> of the generator at <paramref name="seed"/>.</summary>
    public Pcg32(ulong seed, ulong stream)
    {
        _increment = (stream << 1) | 1;
        Next();
        _state += seed;
        Next();
    }

    /// <summary>The next 32 uniformly distributed bits.</summary>
    public uint Next()
    {
        ulong state = _state;
        _state = unchecked((state * Multiplier) + _increment);
        uint shifted = (uint)(((state >> 18) ^ state) >> 27);
        return uint.RotateRight(shifted, (int)(state >> 59));
    }

    /// <summary>The next number of [0, 1), a multiple of 2^-53.</summary>
    public double NextUnit()
    {
        ulong high = Next();
        ulong bits = ((high << 32) | Next()) >> 11;
        return bits * (1.0 / (1UL << 53));
    }
}
