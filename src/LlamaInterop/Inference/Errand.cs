namespace LlamaInterop.Inference;

/// <summary>Work that a thread has the engine's thread do; the one waits for the other, and gets its failure.</summary>
internal sealed class Errand(Action<ModelRunner> work)
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Run(ModelRunner runner)
    {
        try
        {
            work(runner);
            done.SetResult();
        }
        catch (Exception failure)
        {
            done.SetException(failure);
        }
    }

    public void Refuse(Exception reason) => done.SetException(reason);

    /// <summary>Waits until it has been run or refused.</summary>
    public void Wait() => done.Task.GetAwaiter().GetResult();
}
