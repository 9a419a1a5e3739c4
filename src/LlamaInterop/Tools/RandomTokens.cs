namespace LlamaInterop.Tools;

/// <summary>Token ids to measure with: drawn evenly from the vocabulary, the same for the same seed.</summary>
internal static class RandomTokens
{
    public static int[] Of(int count, int vocabularySize, int seed)
    {
        var random = new Random(seed);
        int[] tokens = new int[count];
        foreach (ref int token in tokens.AsSpan())
            token = random.Next(vocabularySize);
        return tokens;
    }
}
