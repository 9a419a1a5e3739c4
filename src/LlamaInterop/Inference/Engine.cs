using System.Diagnostics;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>
/// Runs generations together, a step at a time, on a thread of its own: that thread is worker 0 of the kernels' pool, so no thread of
/// .NET's pool is ever held by a computation. It alone uses the runner; a generation that fails ends by itself.
/// </summary>
internal sealed class Engine : IDisposable
{
    private readonly ModelRunner runner;
    private readonly Scheduler scheduler;
    private readonly Batch batch;
    private readonly Thread thread;
    private readonly List<Generation> waiting = [];

    /// <summary>Guards what other threads hand over, and that nothing is handed over once the engine stops.</summary>
    private readonly Lock gate = new();
    private readonly Queue<Generation> arrivals = new();
    private readonly Queue<Errand> errands = new();
    private readonly CancelFlag cancel = new();
    private readonly AutoResetEvent wake = new(false);
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
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping, typeof(LlamaModel));
            arrivals.Enqueue(generation);
            wake.Set();
        }
    }

    /// <summary>Ends a generation within one phase of the running step; the others' step is repeated without it.</summary>
    public void Cancel(Generation generation)
    {
        lock (gate)
        {
            if (stopping)
                return;
            generation.Cancel();
            cancel.Set();
            wake.Set();
        }
    }

    /// <summary>Has <paramref name="work"/> done between two steps, with the runner to itself, and waits for it.</summary>
    public void Exclusively(Action<ModelRunner> work)
    {
        if (Thread.CurrentThread == thread)
        {
            work(runner);
            return;
        }
        var errand = new Errand(work);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping, typeof(LlamaModel));
            errands.Enqueue(errand);
            wake.Set();
        }
        errand.Wait();
    }

    /// <summary>Ends all generations within one phase; their readers get an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (stopping)
                return;
            stopping = true;
            cancel.Set();
            wake.Set();
        }
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
        var disposed = new ObjectDisposedException(nameof(LlamaModel));
        foreach (Errand errand in errands)
            errand.Refuse(disposed);
        foreach (Generation generation in (Generation[])[.. arrivals, .. waiting, .. scheduler.Running])
            Finish(generation, FinishReason.Cancelled, disposed);
    }

    /// <summary>One step of all running generations; false where there is nothing to do.</summary>
    private bool Step()
    {
        ClearCancellation();
        RunErrands();
        Admit();
        EndCancelled();
        if (scheduler.Running.Count == 0)
            return false;
        if (TryRun(out long ticks))
            Advance(ticks);
        return true;
    }

    /// <summary>Not once the engine stops: then the step that is to be broken off may be the coming one.</summary>
    private void ClearCancellation()
    {
        lock (gate)
        {
            if (!stopping)
                cancel.Clear();
        }
    }

    private void RunErrands()
    {
        while (true)
        {
            Errand? errand;
            lock (gate)
            {
                if (!errands.TryDequeue(out errand))
                    return;
            }
            errand.Run(runner);
        }
    }

    /// <summary>Takes in what has arrived, in that order, as far as there is room; the cancelled need none.</summary>
    private void Admit()
    {
        lock (gate)
        {
            while (arrivals.TryDequeue(out Generation? generation))
                waiting.Add(generation);
        }
        for (int i = 0; i < waiting.Count;)
        {
            Generation generation = waiting[i];
            if (generation.IsCancelled)
            {
                Finish(generation, FinishReason.Cancelled, null);
            }
            else if (scheduler.HasRoom)
            {
                Begin(generation);
            }
            else
            {
                i++;
                continue;
            }
            waiting.RemoveAt(i);
        }
    }

    private void Begin(Generation generation)
    {
        generation.StartOrFinish();
        if (generation.Finish is not null)
            return;
        generation.Sequence = new Sequence(runner.Cache);
        scheduler.Add(generation);
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
        ticks = 0;
        try
        {
            batch.Clear();
            scheduler.Fill(batch);
            runner.Run(batch, cancel);
            ticks = Stopwatch.GetTimestamp() - start;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception failure)
        {
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

    /// <summary>Whatever goes wrong in choosing is this generation's alone.</summary>
    private void Choose(Generation generation)
    {
        try
        {
            generation.Choose(runner.Logits(generation.OutputIndex));
            if (generation.Finish is not null)
                Retire(generation);
        }
        catch (Exception failure)
        {
            Finish(generation, FinishReason.Cancelled, failure);
        }
    }

    private void Finish(Generation generation, FinishReason reason, Exception? failure)
    {
        Retire(generation);
        generation.End(reason, failure);
    }

    private void Retire(Generation generation)
    {
        scheduler.Remove(generation);
        generation.Sequence?.Dispose();
        generation.Sequence = null;
    }
}
