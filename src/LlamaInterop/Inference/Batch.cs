using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>The rows of one step: tokens of several sequences, prefill and decode mixed, filled anew each step without allocating.</summary>
internal sealed class Batch
{
    private readonly int[] _tokens;
    private readonly int[] _sequenceOfRow;
    private readonly int[] _outputRows;
    private readonly Sequence?[] _sequences;
    private readonly int[] _lengthsBefore;

    public Batch(int tokenCapacity, int outputCapacity, int sequenceCapacity, Pass pass = Pass.Logits)
    {
        Pass = pass;
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

    public int TokenCapacity => _tokens.Length;

    public int OutputCapacity => _outputRows.Length;

    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, TokenCount);

    /// <summary>For each row the index of its sequence in this batch.</summary>
    public ReadOnlySpan<int> SequenceOfRow => _sequenceOfRow.AsSpan(0, TokenCount);

    /// <summary>Rows whose logits or hidden states the step gives, in order.</summary>
    public ReadOnlySpan<int> OutputRows => _outputRows.AsSpan(0, OutputCount);

    public void Clear()
    {
        Array.Clear(_sequences, 0, SequenceCount);
        TokenCount = OutputCount = SequenceCount = 0;
    }

    public Sequence SequenceAt(int index) => _sequences[index]!;

    /// <summary>Length of a sequence of the batch before this step's tokens.</summary>
    public int LengthBefore(int index) => _lengthsBefore[index];

    /// <summary>Enters a sequence; its tokens follow with its index.</summary>
    public int AddSequence(Sequence sequence)
    {
        _sequences[SequenceCount] = sequence;
        _lengthsBefore[SequenceCount] = sequence.LengthOf(Scope);
        return SequenceCount++;
    }

    /// <summary>Adds the next token of a sequence; returns the index of its output row, or -1 where none are wanted.</summary>
    public int Add(int sequence, int token, bool wantsLogits)
    {
        _tokens[TokenCount] = token;
        _sequenceOfRow[TokenCount] = sequence;
        if (wantsLogits)
            _outputRows[OutputCount++] = TokenCount;
        TokenCount++;
        return wantsLogits ? OutputCount - 1 : -1;
    }
}
