using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>The rows of one step: tokens or embedding rows of several sequences, prefill and decode mixed, filled anew each step without allocating.</summary>
internal sealed class Batch
{
    private readonly int[] _tokens;
    private readonly int[] _sequenceOfRow;
    private readonly int[] _outputRows;
    private readonly Sequence?[] _sequences;
    private readonly int[] _lengthsBefore;
    private readonly int _embeddingLength;
    private float[] _embeddings = [];

    /// <param name="tokenCapacity">Rows of a step at most.</param>
    /// <param name="outputCapacity">Rows of logits or hidden states at most.</param>
    /// <param name="sequenceCapacity">Sequences at most.</param>
    /// <param name="embeddingLength">Elements of an embedding row.</param>
    /// <param name="pass">What its steps compute.</param>
    public Batch(int tokenCapacity, int outputCapacity, int sequenceCapacity, int embeddingLength, Pass pass = Pass.Logits)
    {
        Pass = pass;
        _embeddingLength = embeddingLength;
        _tokens = new int[tokenCapacity];
        _sequenceOfRow = new int[tokenCapacity];
        _outputRows = new int[outputCapacity];
        _sequences = new Sequence?[sequenceCapacity];
        _lengthsBefore = new int[sequenceCapacity];
    }

    /// <summary>What its steps compute.</summary>
    public Pass Pass { get; }

    /// <summary>Which of the sequences' caches its tokens enter.</summary>
    public CacheScope Scope => Pass.Scope();

    public int TokenCount { get; private set; }

    public int OutputCount { get; private set; }

    public int SequenceCount { get; private set; }

    /// <summary>Rows given as embeddings.</summary>
    public int EmbeddingCount { get; private set; }

    public int TokenCapacity => _tokens.Length;

    public int OutputCapacity => _outputRows.Length;

    /// <summary>A token id for each row, or -1 - r for the embedding row r.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, TokenCount);

    /// <summary>For each row the index of its sequence in this batch.</summary>
    public ReadOnlySpan<int> SequenceOfRow => _sequenceOfRow.AsSpan(0, TokenCount);

    /// <summary>Rows whose logits or hidden states the step gives, in order.</summary>
    public ReadOnlySpan<int> OutputRows => _outputRows.AsSpan(0, OutputCount);

    /// <summary>The embedding rows, one after the other.</summary>
    public ReadOnlySpan<float> Embeddings => _embeddings.AsSpan(0, EmbeddingCount * _embeddingLength);

    public void Clear()
    {
        Array.Clear(_sequences, 0, SequenceCount);
        TokenCount = OutputCount = SequenceCount = EmbeddingCount = 0;
    }

    public Sequence SequenceAt(int index) => _sequences[index]!;

    /// <summary>Length of a sequence of the batch before this step's tokens.</summary>
    public int LengthBefore(int index) => _lengthsBefore[index];

    /// <summary>Enters a sequence; its tokens follow with its index, all of them before the next one's.</summary>
    public int AddSequence(Sequence sequence)
    {
        _sequences[SequenceCount] = sequence;
        _lengthsBefore[SequenceCount] = sequence.LengthOf(Scope);
        return SequenceCount++;
    }

    /// <summary>Adds the next token of a sequence; returns the index of its logits, or -1 where none are wanted.</summary>
    public int Add(int sequence, int token, bool wantsLogits)
    {
        _tokens[TokenCount] = token;
        _sequenceOfRow[TokenCount] = sequence;
        if (wantsLogits)
            _outputRows[OutputCount++] = TokenCount;
        TokenCount++;
        return wantsLogits ? OutputCount - 1 : -1;
    }

    /// <summary>Adds a row of the model's embedding space in a token's place, as an image's patches come; returns as <see cref="Add"/>.</summary>
    /// <param name="sequence">Index of its sequence.</param>
    /// <param name="row">Elements as many as the model's embedding has; copied.</param>
    /// <param name="wantsLogits">Whether the step gives its logits.</param>
    public int AddEmbedding(int sequence, ReadOnlySpan<float> row, bool wantsLogits)
    {
        if (row.Length != _embeddingLength)
            throw new ArgumentException($"an embedding row has {row.Length} elements, but the model's have {_embeddingLength}", nameof(row));
        if (_embeddings.Length == 0)
            _embeddings = new float[checked(TokenCapacity * _embeddingLength)];
        row.CopyTo(_embeddings.AsSpan(EmbeddingCount * _embeddingLength));
        return Add(sequence, -1 - EmbeddingCount++, wantsLogits);
    }
}
