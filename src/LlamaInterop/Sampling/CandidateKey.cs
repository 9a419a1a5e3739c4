namespace LlamaInterop.Sampling;

/// <summary>A candidate as one integer whose order is the chain's order: the higher logit first, ties to the lower id.</summary>
/// <remarks>No two keys of a position are equal, so selection and sorting have one result whatever the algorithm.</remarks>
internal static class CandidateKey
{
    private const uint SignBit = 0x80000000;

    public static ulong Of(float logit, int id)
    {
        // Adding zero turns -0 into +0, so that the two tie.
        uint bits = BitConverter.SingleToUInt32Bits(logit + 0f);
        uint ordered = (bits & SignBit) != 0 ? ~bits : bits | SignBit;
        return ((ulong)ordered << 32) | ~(uint)id;
    }

    public static float LogitOf(ulong key)
    {
        uint ordered = (uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle((ordered & SignBit) != 0 ? ordered & ~SignBit : ~ordered);
    }

    public static int IdOf(ulong key) => (int)~(uint)key;
}
