using LlamaInterop.Models;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tools;

/// <summary>A text's tokens, cut into chunks of one length, in each of which the same positions are scored.</summary>
/// <remarks>Source: llama.cpp, tools/perplexity; so are the conditions under which a text is too short.</remarks>
internal sealed class TextChunks
{
    private readonly int[] _tokens;
    private readonly int _begin;
    private readonly int _distance;

    private TextChunks(int[] tokens, int length, int distance, int firstScored, int begin, int count)
    {
        _tokens = tokens;
        _distance = distance;
        _begin = begin;
        Length = length;
        FirstScored = firstScored;
        Count = count;
    }

    /// <summary>Tokens of a chunk.</summary>
    public int Length { get; }

    /// <summary>Chunks to compute.</summary>
    public int Count { get; }

    /// <summary>The first position whose logits are scored, by the token that follows; the last one is the last but one.</summary>
    public int FirstScored { get; }

    /// <summary>Positions that are scored in each chunk.</summary>
    public int ScoredPerChunk => Length - 1 - FirstScored;

    /// <summary>Tokens of all chunks, as the text has them.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, checked(((Count - 1) * _distance) + Length));

    /// <exception cref="ModelException">The text is too short, or an option is out of range.</exception>
    public static TextChunks Cut(ReadOnlySpan<int> tokens, PerplexityOptions options, Vocabulary vocabulary)
    {
        options.Validate();
        int size = options.ContextSize, stride = options.Stride, length = size + (stride / 2);
        if (tokens.Length < 2 * (long)length)
            throw new ModelException($"the text has {tokens.Length} tokens, but with a context of {size} at least {2 * (long)length} are needed");
        int begin = stride == 0 && vocabulary.AddBos ? vocabulary.Bos : SpecialTokens.None;
        int most = stride == 0 ? tokens.Length / length : (tokens.Length - length + stride - 1) / stride;
        int count = options.MaxChunks == 0 ? most : Math.Min(options.MaxChunks, most);
        int firstScored = stride == 0 ? length / 2 : length - stride - 1;
        return new(tokens.ToArray(), length, stride == 0 ? length : stride, firstScored, begin, count);
    }

    /// <summary>The same chunks without the first ones.</summary>
    /// <exception cref="ModelException">Too few are left.</exception>
    public static int[] WithoutFirst(ReadOnlySpan<int> tokens, int chunks, int length) =>
        (chunks + 2L) * length < tokens.Length || chunks == 0
            ? tokens[(chunks * length)..].ToArray()
            : throw new ModelException($"the text has {tokens.Length} tokens, too few to leave out {chunks} chunks of {length}");

    /// <summary>Chunks that lie side by side, as a file of logits holds them.</summary>
    public static TextChunks SideBySide(int[] tokens, int length, Vocabulary vocabulary) =>
        new(tokens, length, length, length / 2, vocabulary.AddBos ? vocabulary.Bos : SpecialTokens.None, tokens.Length / length);

    /// <summary>What the model reads at a position of a chunk.</summary>
    public int Input(int chunk, int position) => position == 0 && _begin >= 0 ? _begin : Target(chunk, position);

    /// <summary>What the text has at a position of a chunk.</summary>
    public int Target(int chunk, int position) => _tokens[((long)chunk * _distance) + position];
}
