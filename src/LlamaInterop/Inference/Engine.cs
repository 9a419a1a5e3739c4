using System.Diagnostics;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>
/// Runs generations together, a step at a time, on a thread of its own: that thread is worker 0 of the kernels' pool, so no thread of
/// .NET's pool is ever held by a computation. It alone uses the runner; a generation that fails ends by itself.
/// </summary>
internal sealed class Engine : IDisposable
{
    private readonly ModelRunner _runner;
    private readonly Scheduler _scheduler;
    private readonly Batch _batch;
    private readonly Thread _thread;
    private readonly List<Generation> _waiting = [];

    /// <summary>Guards what other threads hand over, and that nothing is handed over once the engine stops.</summary>
    private readonly Lock _gate = new();
    private readonly Queue<Generation> _arrivals = new();
    private readonly Queue<Errand> _errands = new();
    private readonly CancelFlag _cancel = new();
    private readonly AutoResetEvent _wake = new(false);
    private volatile bool _stopping;

    public Engine(ModelRunner runner)
    {
        _runner = runner;
        _scheduler = new Scheduler(runner.Options.MaxSequences);
        _batch = runner.NewBatch();
        _thread = new Thread(Loop) { IsBackground = true, Name = "llama-engine" };
        _thread.Start();
    }

    /// <summary>Enters a generation; its text comes through its output.</summary>
    public void Submit(Generation generation)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, typeof(LlamaModel));
            _arrivals.Enqueue(generation);
            _wake.Set();
        }
    }

    /// <summary>Ends a generation within one phase of the running step; the others' step is repeated without it.</summary>
    public void Cancel(Generation generation)
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            generation.Cancel();
            _cancel.Set();
            _wake.Set();
        }
    }

    /// <summary>Has <paramref name="work"/> done between two steps, with the runner to itself, and waits for it.</summary>
    public void Exclusively(Action<ModelRunner> work)
    {
        if (Thread.CurrentThread == _thread)
        {
            work(_runner);
            return;
        }
        var errand = new Errand(work);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, typeof(LlamaModel));
            _errands.Enqueue(errand);
            _wake.Set();
        }
        errand.Wait();
    }

    /// <summary>Ends all generations within one phase; their readers get an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
            _cancel.Set();
            _wake.Set();
        }
        _thread.Join();
        _wake.Dispose();
        _cancel.Dispose();
    }

    private void Loop()
    {
        while (!_stopping)
        {
            if (!Step())
                _wake.WaitOne();
        }
        var disposed = new ObjectDisposedException(nameof(LlamaModel));
        foreach (Errand errand in _errands)
            errand.Refuse(disposed);
        foreach (Generation generation in (Generation[])[.. _arrivals, .. _waiting, .. _scheduler.Running])
            Finish(generation, FinishReason.Cancelled, disposed);
    }

    /// <summary>One step of all running generations; false where there is nothing to do.</summary>
    private bool Step()
    {
        ClearCancellation();
        RunErrands();
        Admit();
        EndCancelled();
        if (!TryEncode())
            return true;
        if (_scheduler.Running.Count == 0)
            return false;
        if (TryRun(out long ticks))
            Advance(ticks);
        return true;
    }

    /// <summary>Not once the engine stops: then the step that is to be broken off may be the coming one.</summary>
    private void ClearCancellation()
    {
        lock (_gate)
        {
            if (!_stopping)
                _cancel.Clear();
        }
    }

    private void RunErrands()
    {
        while (true)
        {
            Errand? errand;
            lock (_gate)
            {
                if (!_errands.TryDequeue(out errand))
                    return;
            }
            errand.Run(_runner);
        }
    }

    /// <summary>Takes in what has arrived, in that order, as far as there is room; the cancelled need none.</summary>
    private void Admit()
    {
        lock (_gate)
        {
            while (_arrivals.TryDequeue(out Generation? generation))
                _waiting.Add(generation);
        }
        for (int i = 0; i < _waiting.Count;)
        {
            Generation generation = _waiting[i];
            if (generation.IsCancelled)
            {
                Finish(generation, FinishReason.Cancelled, null);
            }
            else if (_scheduler.HasRoom)
            {
                Begin(generation);
            }
            else
            {
                i++;
                continue;
            }
            _waiting.RemoveAt(i);
        }
    }

    private void Begin(Generation generation)
    {
        generation.StartOrFinish();
        if (generation.Finish is not null)
            return;
        try
        {
            generation.Begin(_runner);
            _scheduler.Add(generation);
        }
        catch (Exception failure)
        {
            Finish(generation, FinishReason.Cancelled, failure);
        }
    }

    private void EndCancelled()
    {
        for (int i = _scheduler.Running.Count - 1; i >= 0; i--)
        {
            if (_scheduler.Running[i].IsCancelled)
                Finish(_scheduler.Running[i], FinishReason.Cancelled, null);
        }
    }

    /// <summary>Has the encoder read the text of each generation that waits for it; false where a cancellation broke that off.</summary>
    private bool TryEncode()
    {
        for (int i = _scheduler.Running.Count - 1; i >= 0; i--)
        {
            Generation generation = _scheduler.Running[i];
            if (!generation.NeedsEncoder)
                continue;
            try
            {
                long start = Stopwatch.GetTimestamp();
                EncoderText.Run(_runner, generation.Sequence!, generation.EncoderTokens, _cancel);
                generation.EncoderDone(Stopwatch.GetTimestamp() - start);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
            catch (Exception failure)
            {
                Finish(generation, FinishReason.Cancelled, failure);
            }
        }
        return true;
    }

    private bool TryRun(out long ticks)
    {
        long start = Stopwatch.GetTimestamp();
        ticks = 0;
        try
        {
            _batch.Clear();
            _scheduler.Fill(_batch);
            _runner.Run(_batch, _cancel);
            ticks = Stopwatch.GetTimestamp() - start;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception failure)
        {
            for (int i = _scheduler.Running.Count - 1; i >= 0; i--)
                Finish(_scheduler.Running[i], FinishReason.Cancelled, failure);
            return false;
        }
    }

    private void Advance(long ticks)
    {
        for (int i = _scheduler.Running.Count - 1; i >= 0; i--)
        {
            Generation generation = _scheduler.Running[i];
            int count = _scheduler.StepTokens(i);
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
            if (generation.Choose(_runner.Logits(generation.OutputIndex)) is { } reason)
                Finish(generation, reason, null);
        }
        catch (Exception failure)
        {
            Finish(generation, FinishReason.Cancelled, failure);
        }
    }

    /// <summary>Whoever learns of the end finds the generation's room free.</summary>
    private void Finish(Generation generation, FinishReason reason, Exception? failure)
    {
        _scheduler.Remove(generation);
        generation.Sequence?.Dispose();
        generation.Sequence = null;
        generation.End(reason, failure);
    }
}
