namespace LlamaInterop.Gguf;

/// <summary>Bytes copied so far as a share of all.</summary>
internal sealed class GgufCopyProgress(IProgress<double>? progress, IEnumerable<GgufTensorInfo> tensors)
{
    private readonly double _total = Math.Max(1, tensors.Sum(tensor => tensor.ByteLength));
    private long _copied;

    public void Add(long bytes) => progress?.Report((_copied += bytes) / _total);
}
