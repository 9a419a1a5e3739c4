using System.Diagnostics;
using System.Runtime.InteropServices;
using LlamaInterop.Inference;
using LlamaInterop.Models;

namespace LlamaInterop.Tools;

/// <summary>
/// Times a model the way llama-bench does: random tokens; prefill in steps of the batch size with the logits of the last token only;
/// decode of random tokens one by one, without sampling; one run before each test that does not count; an empty context each time.
/// </summary>
/// <param name="runner">The model, used by nobody else meanwhile.</param>
/// <param name="cancellation">Ends a measurement after the step that is running.</param>
internal sealed class Benchmark(ModelRunner runner, CancellationToken cancellation = default)
{
    private const int Seed = 1;
    private const ulong FnvOffset = 14695981039346656037, FnvPrime = 1099511628211;

    private readonly Batch _batch = runner.NewBatch();

    /// <summary>Runs a test so many times, at least once.</summary>
    /// <exception cref="ModelException">The logits are not finite, or differ from one repetition to the next.</exception>
    /// <exception cref="OperationCanceledException">The measurement was cancelled.</exception>
    public BenchmarkResult Measure(BenchmarkTest test, int repetitions)
    {
        DateTime began = DateTime.UtcNow;
        int[] tokens = RandomTokens.Of(test.ContextSize, runner.Model.VocabularySize, Seed);
        double[] rates = new double[repetitions];
        var sequence = new Sequence(runner.Cache);
        try
        {
            Prefill(sequence, tokens.AsSpan(0, test.Depth));
            Run(test, sequence, tokens);
            ulong expected = Hash(runner.Logits(0));
            for (int i = 0; i < repetitions; i++)
            {
                Rewind(ref sequence, tokens.AsSpan(0, test.Depth));
                long start = Stopwatch.GetTimestamp();
                Run(test, sequence, tokens);
                rates[i] = test.Tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (Hash(runner.Logits(0)) != expected)
                    throw new ModelException($"{test}: repetition {i + 1} gives other logits than the first run");
            }
            return new BenchmarkResult(test, rates, expected, began);
        }
        finally
        {
            sequence.Dispose();
        }
    }

    /// <summary>FNV-1a over the bytes of logits.</summary>
    /// <exception cref="ModelException">They are not finite.</exception>
    internal static ulong Hash(ReadOnlySpan<float> logits)
    {
        foreach (float logit in logits)
        {
            if (!float.IsFinite(logit))
                throw new ModelException("the logits are not finite");
        }
        ulong hash = FnvOffset;
        foreach (byte b in MemoryMarshal.AsBytes(logits))
            hash = (hash ^ b) * FnvPrime;
        return hash;
    }

    private void Run(BenchmarkTest test, Sequence sequence, ReadOnlySpan<int> tokens)
    {
        Prefill(sequence, tokens.Slice(test.Depth, test.Prompt));
        for (int i = 0; i < test.Generated; i++)
            Step(sequence, tokens.Slice(test.Depth + test.Prompt + i, 1), wantsLogits: true);
    }

    private void Prefill(Sequence sequence, ReadOnlySpan<int> tokens)
    {
        for (int start = 0; start < tokens.Length; start += _batch.TokenCapacity)
        {
            int count = Math.Min(_batch.TokenCapacity, tokens.Length - start);
            Step(sequence, tokens.Slice(start, count), wantsLogits: start + count == tokens.Length);
        }
    }

    private void Step(Sequence sequence, ReadOnlySpan<int> tokens, bool wantsLogits)
    {
        cancellation.ThrowIfCancellationRequested();
        _batch.Clear();
        int index = _batch.AddSequence(sequence);
        for (int t = 0; t < tokens.Length; t++)
            _batch.Add(index, tokens[t], wantsLogits && t == tokens.Length - 1);
        runner.Run(_batch);
    }

    /// <summary>Back to the depth; a windowed cache that has dropped what lies there is filled anew.</summary>
    private void Rewind(ref Sequence sequence, ReadOnlySpan<int> past)
    {
        if (sequence.TryTruncate(past.Length))
            return;
        sequence.Dispose();
        sequence = new Sequence(runner.Cache);
        Prefill(sequence, past);
    }
}
