namespace LlamaInterop.Inference;

/// <summary>Work that a thread has the engine's thread do; the one waits for the other, and gets its failure.</summary>
internal sealed class Errand(Action<ModelRunner> work)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Run(ModelRunner runner)
    {
        try
        {
            work(runner);
            _done.SetResult();
        }
        catch (Exception failure)
        {
            _done.SetException(failure);
        }
    }

    public void Refuse(Exception reason) => _done.SetException(reason);

    /// <summary>Waits until it has been run or refused.</summary>
    public void Wait() => _done.Task.GetAwaiter().GetResult();
}
