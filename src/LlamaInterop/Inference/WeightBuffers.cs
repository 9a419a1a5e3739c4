using LlamaInterop.Compute;
using LlamaInterop.Gguf;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>Who watches a model being loaded.</summary>
/// <param name="Progress">Told of the share of weights that is done, in the thread that loads.</param>
/// <param name="Cancel">Ends it.</param>
internal readonly record struct LoadWatch(Action<double>? Progress, CancellationToken Cancel);

/// <summary>
/// The buffers that a model's weights lie in: the file's parts where they are mapped, and behind them one of those that were moved.
/// </summary>
/// <param name="file">The opened file; open as long as the buffers.</param>
/// <param name="backend">What reads them.</param>
/// <param name="options">The user's.</param>
/// <param name="first">The index that weights have for the file's first part.</param>
internal sealed class WeightBuffers(GgufFile file, BackendHandle backend, RunnerOptions options, int first) : IDisposable
{
    private readonly List<BufferHandle> _buffers = [];
    private readonly List<BufferHandle> _locks = [];
    private PageCollapse? _collapse;

    /// <summary>From the index of the first part on.</summary>
    public IReadOnlyList<BufferHandle> Buffers => _buffers;

    /// <summary>Maps the file, moves what is to be moved, and places those weights in their new memory.</summary>
    /// <param name="plan">What is to be moved.</param>
    /// <param name="used">All weights, placed in the file.</param>
    /// <param name="watch">Told how far it is.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Load(WeightPlan plan, IReadOnlyCollection<Tensor> used, LoadWatch watch)
    {
        if (options.UseMapping)
        {
            file.Map();
            foreach (GgufPart part in file.Parts)
                _buffers.Add(Wrap(part, 0, part.Length));
        }
        if (plan.Bytes > 0)
            Move(plan, watch);
        if (options is { UseMapping: true, LockMemory: true })
            LockMapped(used);
    }

    public void Dispose()
    {
        _collapse?.Dispose();
        _locks.ForEach(buffer => buffer.Dispose());
        _buffers.ForEach(buffer => buffer.Dispose());
    }

    private void Move(WeightPlan plan, LoadWatch watch)
    {
        BufferHandle[] parts = [.. _buffers];
        var target = BufferHandle.Create(backend, plan.Bytes);
        _buffers.Add(target);
        if (options.LockMemory)
            target.Lock();
        BackendInfo info = backend.Describe();
        new WeightMover(file, parts, first, target, !options.WaitsForHugePages).Run(plan, info.ThreadCount, watch);
        plan.Place(first + parts.Length);
        if (info.HugePageBytes > 0 && !options.WaitsForHugePages)
            _collapse = PageCollapse.Start(target);
    }

    /// <summary>Of a file that was moved in part, no more than the rest is worth keeping.</summary>
    private void LockMapped(IReadOnlyCollection<Tensor> used)
    {
        foreach (Tensor weight in used.Where(weight => weight.Buffer - first < file.Parts.Count))
        {
            BufferHandle range = Wrap(file.Parts[weight.Buffer - first], weight.Offset, weight.ByteLength);
            _locks.Add(range);
            range.Lock();
        }
    }

    private unsafe BufferHandle Wrap(GgufPart part, long offset, long bytes) => BufferHandle.Wrap(backend, part.Address + offset, bytes);
}
