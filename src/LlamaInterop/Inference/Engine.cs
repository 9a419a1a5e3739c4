using System.Collections.Concurrent;
using System.Diagnostics;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>
/// Runs generations together, a step at a time, on a thread of its own: that thread is worker 0 of the kernels' pool, so no thread of
/// .NET's pool is ever held by a computation.
/// </summary>
internal sealed class Engine : IDisposable
{
    private readonly ModelRunner runner;
    private readonly Scheduler scheduler;
    private readonly Batch batch;
    private readonly CancelFlag cancel = new();
    private readonly ConcurrentQueue<Generation> arrivals = new();
    private readonly AutoResetEvent wake = new(false);
    private readonly Thread thread;
    private readonly Lock runnerGate = new();
    private volatile bool stopping;

    public Engine(ModelRunner runner)
    {
        this.runner = runner;
        scheduler = new Scheduler(runner.Options.MaxSequences);
        batch = runner.NewBatch();
        thread = new Thread(Loop) { IsBackground = true, Name = "llama-engine" };
        thread.Start();
    }

    /// <summary>Enters a generation; its text comes through its output.</summary>
    public void Submit(Generation generation)
    {
        ObjectDisposedException.ThrowIf(stopping, this);
        arrivals.Enqueue(generation);
        wake.Set();
    }

    /// <summary>Ends a generation within one phase of the running step; the others' step is repeated without it.</summary>
    public void Cancel(Generation generation)
    {
        generation.Cancel();
        cancel.Set();
        wake.Set();
    }

    /// <summary>Runs <paramref name="work"/> between two steps, with the runner to itself.</summary>
    public void Exclusively(Action<ModelRunner> work)
    {
        ObjectDisposedException.ThrowIf(stopping, this);
        lock (runnerGate)
            work(runner);
    }

    public void Dispose()
    {
        if (stopping)
            return;
        stopping = true;
        cancel.Set();
        wake.Set();
        thread.Join();
        wake.Dispose();
        cancel.Dispose();
    }

    private void Loop()
    {
        while (!stopping)
        {
            if (!Step())
                wake.WaitOne();
        }
        foreach (Generation generation in arrivals.Concat(scheduler.Running.ToArray()))
            Finish(generation, FinishReason.Cancelled, null);
    }

    /// <summary>One step of all running generations; false where there is nothing to do.</summary>
    private bool Step()
    {
        cancel.Clear();
        Admit();
        EndCancelled();
        if (scheduler.Running.Count == 0)
            return !arrivals.IsEmpty;
        batch.Clear();
        scheduler.Fill(batch);
        lock (runnerGate)
        {
            if (TryRun(out long ticks))
                Advance(ticks);
        }
        return true;
    }

    private void Admit()
    {
        while (scheduler.HasRoom && arrivals.TryDequeue(out Generation? generation))
        {
            generation.StartOrFinish();
            if (generation.Finish is not null)
                continue;
            generation.Sequence = new Sequence(runner.Cache);
            scheduler.Add(generation);
        }
    }

    private void EndCancelled()
    {
        for (int i = scheduler.Running.Count - 1; i >= 0; i--)
        {
            if (scheduler.Running[i].IsCancelled)
                Finish(scheduler.Running[i], FinishReason.Cancelled, null);
        }
    }

    private bool TryRun(out long ticks)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            runner.Run(batch, cancel);
            ticks = Stopwatch.GetTimestamp() - start;
            return true;
        }
        catch (OperationCanceledException)
        {
            ticks = 0;
            return false;
        }
        catch (Exception failure) when (failure is NativeException or CacheFullException)
        {
            ticks = 0;
            for (int i = scheduler.Running.Count - 1; i >= 0; i--)
                Finish(scheduler.Running[i], FinishReason.Cancelled, failure);
            return false;
        }
    }

    private void Advance(long ticks)
    {
        for (int i = scheduler.Running.Count - 1; i >= 0; i--)
        {
            Generation generation = scheduler.Running[i];
            int count = scheduler.StepTokens(i);
            if (count == 0)
                continue;
            generation.StepDone(count, ticks);
            if (generation.OutputIndex >= 0)
                Choose(generation);
        }
    }

    private void Choose(Generation generation)
    {
        try
        {
            generation.Choose(runner.Logits(generation.OutputIndex));
            if (generation.Finish is not null)
                Retire(generation);
        }
        catch (Sampling.SamplingException failure)
        {
            Finish(generation, FinishReason.Cancelled, failure);
        }
    }

    private void Finish(Generation generation, FinishReason reason, Exception? failure)
    {
        generation.End(reason, failure);
        Retire(generation);
    }

    private void Retire(Generation generation)
    {
        scheduler.Remove(generation);
        generation.Sequence?.Dispose();
        generation.Sequence = null;
    }
}
