namespace LlamaInterop.Inference;

/// <summary>The rows of one step: tokens of several sequences, prefill and decode mixed, filled anew each step without allocating.</summary>
internal sealed class Batch
{
    private readonly int[] tokens;
    private readonly int[] sequenceOfRow;
    private readonly int[] outputRows;
    private readonly Sequence?[] sequences;
    private readonly int[] lengthsBefore;

    public Batch(int tokenCapacity, int outputCapacity, int sequenceCapacity)
    {
        tokens = new int[tokenCapacity];
        sequenceOfRow = new int[tokenCapacity];
        outputRows = new int[outputCapacity];
        sequences = new Sequence?[sequenceCapacity];
        lengthsBefore = new int[sequenceCapacity];
    }

    public int TokenCount { get; private set; }

    public int OutputCount { get; private set; }

    public int SequenceCount { get; private set; }

    public int TokenCapacity => tokens.Length;

    public int OutputCapacity => outputRows.Length;

    public ReadOnlySpan<int> Tokens => tokens.AsSpan(0, TokenCount);

    /// <summary>For each row the index of its sequence in this batch.</summary>
    public ReadOnlySpan<int> SequenceOfRow => sequenceOfRow.AsSpan(0, TokenCount);

    /// <summary>Rows whose logits the step gives, in order.</summary>
    public ReadOnlySpan<int> OutputRows => outputRows.AsSpan(0, OutputCount);

    public void Clear()
    {
        Array.Clear(sequences, 0, SequenceCount);
        TokenCount = OutputCount = SequenceCount = 0;
    }

    public Sequence SequenceAt(int index) => sequences[index]!;

    /// <summary>Length of a sequence of the batch before this step's tokens.</summary>
    public int LengthBefore(int index) => lengthsBefore[index];

    /// <summary>Enters a sequence; its tokens follow with its index.</summary>
    public int AddSequence(Sequence sequence)
    {
        sequences[SequenceCount] = sequence;
        lengthsBefore[SequenceCount] = sequence.Length;
        return SequenceCount++;
    }

    /// <summary>Adds the next token of a sequence; returns the index of its logits, or -1 where none are wanted.</summary>
    public int Add(int sequence, int token, bool wantsLogits)
    {
        tokens[TokenCount] = token;
        sequenceOfRow[TokenCount] = sequence;
        if (wantsLogits)
            outputRows[OutputCount++] = TokenCount;
        TokenCount++;
        return wantsLogits ? OutputCount - 1 : -1;
    }
}
