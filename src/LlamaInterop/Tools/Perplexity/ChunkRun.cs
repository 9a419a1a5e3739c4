using LlamaInterop.Inference;
using LlamaInterop.Models;
using LlamaInterop.Native;

namespace LlamaInterop.Tools;

/// <summary>Takes the logits of one scored position; called by several threads at once.</summary>
/// <param name="chunk">The chunk's index.</param>
/// <param name="position">In the chunk.</param>
/// <param name="logits">Valid during the call.</param>
internal delegate void ScoredRow(int chunk, int position, ReadOnlySpan<float> logits);

/// <summary>Runs chunks of a text through a model, several at once as sequences of their own where a step has room for them.</summary>
internal sealed class ChunkRun
{
    private readonly LlamaModel _model;
    private readonly TextChunks _chunks;
    private readonly ParallelOptions _workers;

    /// <summary>Positions that are computed: the last one foretells nothing.</summary>
    private readonly int _length;
    private readonly int _firstOutput;

    /// <exception cref="ModelException">The model gives no logits, a chunk does not fit its context, or a token is not in its vocabulary.</exception>
    public ChunkRun(LlamaModel model, TextChunks chunks)
    {
        model.RequireLogits();
        if (model.HasEncoder)
            throw new ModelException($"{model.Architecture} has an encoder, and what it says of a text alone cannot be measured");
        if (chunks.Length > model.ContextSize)
            throw new ModelException($"chunks of {chunks.Length} tokens do not fit the model's context of {model.ContextSize} (-c)");
        foreach (int token in chunks.Tokens)
        {
            if ((uint)token >= (uint)model.VocabularySize)
                throw new ModelException($"token {token} is not in the vocabulary of {model.VocabularySize}");
        }
        _model = model;
        _chunks = chunks;
        _length = chunks.Length - 1;
        _firstOutput = chunks.FirstScored;
        _workers = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, model.Backend.Describe().ThreadCount) };
        RunnerOptions sizes = model.Runner.Options;
        GroupSize = Math.Clamp(sizes.BatchSize / chunks.Length, 1, sizes.MaxSequences);
    }

    /// <summary>A run of whole chunks that also sums the squares of what weights are multiplied by.</summary>
    /// <param name="model">The model.</param>
    /// <param name="chunks">The text.</param>
    /// <param name="wantsScores">Whether rows are scored as well.</param>
    /// <param name="ofOutput">Whether every position is multiplied by the output head, so that its input is summed in whole.</param>
    /// <exception cref="ModelException">As for the other constructor.</exception>
    public ChunkRun(LlamaModel model, TextChunks chunks, bool wantsScores, bool ofOutput)
        : this(model, chunks)
    {
        Pass = Pass.Calibration;
        _length = chunks.Length;
        _firstOutput = ofOutput ? 0 : wantsScores ? chunks.FirstScored : chunks.Length;
    }

    /// <summary>What the steps compute.</summary>
    public Pass Pass { get; }

    /// <summary>Called after each step, before the next one takes its results' place.</summary>
    public Action<ModelRunner, Batch>? StepDone { get; init; }

    /// <summary>Chunks that are computed together.</summary>
    public int GroupSize { get; }

    /// <summary>Computes chunks, and hands over their scored rows; generations of the same model go on between two calls.</summary>
    /// <param name="first">The first chunk.</param>
    /// <param name="count">At most <see cref="GroupSize"/>.</param>
    /// <param name="receive">Gets every scored position of each chunk once, in any order; null where nothing is scored.</param>
    /// <param name="cancellation">Breaks the running step off.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="CacheFullException">Running generations hold the room that the chunks need.</exception>
    public void Run(int first, int count, ScoredRow? receive, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var flag = new CancelFlag();
        using CancellationTokenRegistration registration = cancellation.Register(flag.Set);
        _model.Exclusively(runner => Run(runner, first, count, receive, flag));
    }

    private void Run(ModelRunner runner, int first, int count, ScoredRow? receive, CancelFlag cancel)
    {
        var sequences = new Sequence[count];
        for (int s = 0; s < count; s++)
            sequences[s] = new Sequence(runner.Cache);
        try
        {
            Batch batch = runner.NewBatch(Pass);
            for (int start = 0, length; start < _length; start += length)
            {
                length = StepLength(batch, start, count);
                Fill(batch, sequences, first, start, length);
                runner.Run(batch, cancel);
                StepDone?.Invoke(runner, batch);
                if (receive is not null)
                    HandOver(runner, batch.OutputCount / count, first, count, start, receive);
            }
        }
        finally
        {
            foreach (Sequence sequence in sequences)
                sequence.Dispose();
        }
    }

    /// <summary>As many positions of each sequence as the step has rows for, and rows of logits for those that want them.</summary>
    private int StepLength(Batch batch, int start, int count)
    {
        int before = Math.Max(0, _firstOutput - start);
        return Math.Min(_length - start, Math.Min(batch.TokenCapacity / count, before + (batch.OutputCapacity / count)));
    }

    private void Fill(Batch batch, Sequence[] sequences, int first, int start, int length)
    {
        batch.Clear();
        for (int s = 0; s < sequences.Length; s++)
        {
            int index = batch.AddSequence(sequences[s]);
            for (int position = start; position < start + length; position++)
                batch.Add(index, _chunks.Input(first + s, position), position >= _firstOutput);
        }
    }

    private void HandOver(ModelRunner runner, int rowsPerChunk, int first, int count, int start, ScoredRow receive)
    {
        int firstPosition = Math.Max(start, _firstOutput);
        Parallel.For(0, rowsPerChunk * count, _workers, row =>
        {
            int position = firstPosition + (row % rowsPerChunk);
            if (position >= _chunks.FirstScored && position < _chunks.Length - 1)
                receive(first + (row / rowsPerChunk), position, runner.Logits(row));
        });
    }
}
