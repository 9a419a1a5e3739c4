using System.Diagnostics;
using LlamaInterop.Inference;
using LlamaInterop.Models;

namespace LlamaInterop.Tools;

/// <summary>
/// Times sequences that run together the way llama-batched-bench does: prompts of random tokens side by side in steps of the batch
/// size, then steps of one random token a sequence, each with its logits, without sampling. The steps are those that the scheduler
/// makes of so many requests, but for prompts and decoding being kept apart so that both can be timed.
/// </summary>
/// <param name="runner">The model, with room for the sequences; used by nobody else meanwhile.</param>
/// <param name="cancellation">Ends a measurement after the step that is running.</param>
internal sealed class BatchedBenchmark(ModelRunner runner, CancellationToken cancellation = default)
{
    private const int WarmUpTokens = 16;

    private readonly Batch _batch = runner.NewBatch();
    private readonly float[] _firstLogits = new float[runner.Model.VocabularySize];

    /// <summary>Compiles every program and reads every weight once, so that no test pays for it.</summary>
    public void WarmUp()
    {
        runner.CompileAll();
        Measure(new BatchedTest(Math.Min(WarmUpTokens, runner.Options.ContextSize), 0, 1));
    }

    /// <summary>Runs a test once, in an empty cache.</summary>
    /// <exception cref="ModelException">The logits are not finite.</exception>
    /// <exception cref="OperationCanceledException">The measurement was cancelled.</exception>
    public BatchedResult Measure(BatchedTest test)
    {
        int[][] tokens = [.. Enumerable.Range(0, test.Sequences).Select(seed => RandomTokens.Of(test.Length, runner.Model.VocabularySize, seed))];
        var sequences = new List<Sequence>(test.Sequences);
        try
        {
            for (int s = 0; s < (test.IsPromptShared ? 1 : test.Sequences); s++)
                sequences.Add(new Sequence(runner.Cache));
            long start = Stopwatch.GetTimestamp();
            Prefill(sequences, tokens, test);
            double prefillSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            while (sequences.Count < test.Sequences)
                sequences.Add(sequences[0].Fork());
            start = Stopwatch.GetTimestamp();
            Decode(sequences, tokens, test);
            return new BatchedResult(test, prefillSeconds, Stopwatch.GetElapsedTime(start).TotalSeconds, Benchmark.Hash(_firstLogits));
        }
        finally
        {
            sequences.ForEach(sequence => sequence.Dispose());
        }
    }

    private void Prefill(List<Sequence> sequences, int[][] tokens, BatchedTest test)
    {
        _batch.Clear();
        bool holdsFirstEnd = false;
        for (int s = 0; s < sequences.Count; s++)
        {
            for (int done = 0; done < test.Prompt;)
            {
                if (_batch.TokenCount == _batch.TokenCapacity)
                    Run(ref holdsFirstEnd);
                int index = _batch.AddSequence(sequences[s]);
                for (int room = _batch.TokenCapacity - _batch.TokenCount; room > 0 && done < test.Prompt; room--, done++)
                    _batch.Add(index, tokens[s][done], wantsLogits: done == test.Prompt - 1);
                holdsFirstEnd |= s == 0 && done == test.Prompt;
            }
        }
        Run(ref holdsFirstEnd);
    }

    private void Decode(List<Sequence> sequences, int[][] tokens, BatchedTest test)
    {
        int together = test.IsDecodeSeparate ? 1 : sequences.Count;
        for (int first = 0; first < sequences.Count; first += together)
        {
            for (int position = test.Prompt; position < test.Length; position++)
            {
                for (int s = first; s < first + together; s++)
                    _batch.Add(_batch.AddSequence(sequences[s]), tokens[s][position], wantsLogits: true);
                bool holdsFirstEnd = first == 0 && position == test.Length - 1;
                Run(ref holdsFirstEnd);
            }
        }
    }

    /// <summary>Runs the batch and empties it. Where it holds the first sequence's last token so far, that one's logits are its first, and are kept.</summary>
    private void Run(ref bool holdsFirstEnd)
    {
        cancellation.ThrowIfCancellationRequested();
        runner.Run(_batch);
        if (holdsFirstEnd)
            runner.Logits(0).CopyTo(_firstLogits);
        holdsFirstEnd = false;
        _batch.Clear();
    }
}
