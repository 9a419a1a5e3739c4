using System.Text;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Recovers the merges of byte-pair encoding from the ranks of its tokens.</summary>
/// <remarks>A token of rank r was made when all of lower rank were known: encoding its bytes with those alone leaves the two that were merged.</remarks>
internal static class RankMerges
{
    // Encoding takes time quadratic in a token's length. Real vocabularies need a thousandth of this.
    private const long MaxSteps = 1L << 31;

    /// <param name="path">The file; errors name it.</param>
    /// <param name="tokens">The bytes of each token, by rank.</param>
    /// <returns>The merges in order, each two texts with a space between; tokens that no merge leads to have none.</returns>
    public static List<string> Find(string path, byte[][] tokens)
    {
        long steps = tokens.Sum(token => (long)token.Length * token.Length);
        if (steps > MaxSteps)
            throw new ImportException(ImportCheck.Limit, path, "its tokens are too long to find out what they were merged from");
        var ranks = new Dictionary<string, int>(tokens.Length, StringComparer.Ordinal);
        for (int rank = 0; rank < tokens.Length; rank++)
        {
            if (!ranks.TryAdd(Write(tokens[rank]), rank))
                throw new ImportException(ImportCheck.Token, path, $"token {rank} is the same as token {ranks[Write(tokens[rank])]}");
        }
        var merges = new List<string>(tokens.Length);
        for (int rank = 0; rank < tokens.Length; rank++)
        {
            if (tokens[rank].Length > 1 && FindSplit(Write(tokens[rank]), rank, ranks) is > 0 and int split)
                merges.Add(Write(tokens[rank]).Insert(split, " "));
        }
        return merges;
    }

    /// <summary>Bytes as byte-level vocabularies write them, one character each.</summary>
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte value in bytes)
            text.Append((char)ByteAlphabet.Character(value));
        return text.ToString();
    }

    // Where the last two parts meet; 0 if more are left.
    private static int FindSplit(string token, int rank, Dictionary<string, int> ranks)
    {
        var known = ranks.GetAlternateLookup<ReadOnlySpan<char>>();
        List<int> starts = [.. Enumerable.Range(0, token.Length + 1)];
        while (starts.Count > 3)
        {
            int best = rank, at = 0;
            for (int i = 0; i + 2 < starts.Count; i++)
            {
                if (known.TryGetValue(token.AsSpan(starts[i]..starts[i + 2]), out int other) && other < best)
                    (best, at) = (other, i + 1);
            }
            if (at == 0)
                return 0;
            starts.RemoveAt(at);
        }
        return starts.Count == 3 ? starts[1] : 0;
    }
}
