namespace LlamaInterop.Import.Quantized;

/// <summary>An array that is loaded when it is needed, and again if memory was wanted for something else meanwhile.</summary>
internal sealed class WeakCache<T>(Func<T[]> load)
{
    private WeakReference<T[]>? _loaded;

    public T[] Value
    {
        get
        {
            if (_loaded is { } loaded && loaded.TryGetTarget(out T[]? values))
                return values;
            values = load();
            _loaded = new(values);
            return values;
        }
    }
}
