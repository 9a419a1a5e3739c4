namespace LlamaInterop.Tools;

/// <summary>A piece of one tensor on its way from the input to the output, in buffers that are used again.</summary>
internal sealed class Slab : IDisposable
{
    private readonly byte[] _source;
    private readonly byte[] _target;
    private readonly ManualResetEventSlim _done = new();
    private Exception? _failure;

    public Slab(int sourceBytes, int targetBytes)
    {
        _source = GC.AllocateUninitializedArray<byte>(sourceBytes);
        _target = GC.AllocateUninitializedArray<byte>(targetBytes);
    }

    public SlabPart Part { get; private set; }

    /// <summary>What converts it; null before the first use.</summary>
    public RowCodec? Codec { get; private set; }

    public Span<byte> Source => _source.AsSpan(0, Part.SourceLength);

    /// <summary>The bytes for the output.</summary>
    public Span<byte> Target => _target.AsSpan(0, Part.TargetLength);

    public void Begin(SlabPart part, RowCodec codec)
    {
        _done.Reset();
        _failure = null;
        Part = part;
        Codec = codec;
    }

    /// <summary>Tells the one who waits that the target is ready, or why it never will be.</summary>
    public void Finish(Exception? failure)
    {
        _failure = failure;
        _done.Set();
    }

    /// <summary>Waits for the target.</summary>
    /// <returns>What went wrong, or null.</returns>
    public Exception? Wait(CancellationToken cancel)
    {
        _done.Wait(cancel);
        return _failure;
    }

    public void Dispose() => _done.Dispose();
}

/// <summary>Which piece of a tensor a slab holds.</summary>
/// <param name="SourceOffset">Where it begins in the tensor of the input, in bytes.</param>
/// <param name="SourceLength">Its bytes in the input.</param>
/// <param name="TargetLength">Its bytes in the output.</param>
/// <param name="FirstRow">Its first row.</param>
/// <param name="Rows">Its rows.</param>
internal readonly record struct SlabPart(long SourceOffset, int SourceLength, int TargetLength, long FirstRow, int Rows);
