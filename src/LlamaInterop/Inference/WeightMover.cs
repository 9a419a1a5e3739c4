using System.Runtime.ExceptionServices;
using LlamaInterop.Compute;
using LlamaInterop.Gguf;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>
/// Moves weights out of the file on several threads, each taking the next slice when it is done with one. All are moved before the first
/// step, since the first token reads them all: to do it layer by layer beside the first step would save nothing where the cores are
/// busy anyway, and a second file with the packed weights would cost the disk as much again.
/// </summary>
/// <param name="file">The file; mapped already where its mapping is to be read.</param>
/// <param name="parts">The buffers that wrap the mapped parts; empty where the file is read instead.</param>
/// <param name="firstPart">The index that weights have for the first part.</param>
/// <param name="target">Where the weights go.</param>
/// <param name="populates">Whether its memory is taken first, in pages that the system has at hand; otherwise in huge pages, as they are written.</param>
internal sealed class WeightMover(GgufFile file, BufferHandle[] parts, int firstPart, BufferHandle target, bool populates)
{
    /// <summary>What one thread takes at a time.</summary>
    private const long MemoryBytes = 8 << 20;

    private Exception? _failure;
    private long _done;
    private long _taken;
    private int _next;

    /// <param name="plan">What goes where.</param>
    /// <param name="threads">Threads, this one included.</param>
    /// <param name="watch">Told of the share that is done; may end it within a slice's time.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="GgufException">The file cannot be read.</exception>
    public void Run(WeightPlan plan, int threads, LoadWatch watch)
    {
        List<WeightSlice> slices = WeightSlice.Cut(plan.Moves);
        double all = populates ? 2 * plan.Bytes : plan.Bytes;
        void Work(Action<double>? progress)
        {
            if (populates)
                Populate(plan.Bytes, progress is null ? null : done => progress(done / all), watch.Cancel);
            Take(slices, progress is null ? null : done => progress(done / all), watch.Cancel);
        }
        Thread[] others = [.. Enumerable.Range(1, Math.Min(threads, slices.Count) - 1).Select(i => new Thread(() => Work(null)) { Name = $"weights {i}" })];
        Array.ForEach(others, thread => thread.Start());
        Work(watch.Progress);
        Array.ForEach(others, thread => thread.Join());
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
        watch.Cancel.ThrowIfCancellationRequested();
    }

    private void Populate(long bytes, Action<long>? progress, CancellationToken cancel)
    {
        long end;
        while (!cancel.IsCancellationRequested && (end = Interlocked.Add(ref _taken, MemoryBytes)) < bytes + MemoryBytes)
        {
            long part = Math.Min(MemoryBytes, bytes - (end - MemoryBytes));
            target.Populate(end - MemoryBytes, part);
            progress?.Invoke(Interlocked.Add(ref _done, part));
        }
    }

    private void Take(List<WeightSlice> slices, Action<long>? progress, CancellationToken cancel)
    {
        byte[] rows = [];
        try
        {
            int i;
            while (!cancel.IsCancellationRequested && _failure is null && (i = Interlocked.Increment(ref _next) - 1) < slices.Count)
            {
                if (parts.Length > 0)
                    FromMapping(slices[i]);
                else
                    FromFile(slices[i], ref rows);
                long done = Interlocked.Add(ref _done, slices[i].Bytes);
                progress?.Invoke(done);
            }
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref _failure, error, null);
        }
    }

    private void FromMapping(WeightSlice slice)
    {
        Tensor weight = slice.Move.Weight;
        BufferHandle part = parts[weight.Buffer - firstPart];
        long offset = weight.Offset + slice.First;
        Kernels.Repack(weight.Type, slice.Move.Layout, part.Slice<byte>(offset, slice.Bytes), Destination(slice), weight.Width);
        part.Release(offset, slice.Bytes);
    }

    private void FromFile(WeightSlice slice, ref byte[] rows)
    {
        Tensor weight = slice.Move.Weight;
        GgufPart part = file.Parts[weight.Buffer - firstPart];
        long offset = weight.Offset + slice.First;
        if (slice.Move.Layout == WeightLayout.PLAIN)
        {
            part.Read(offset, Destination(slice));
            return;
        }
        if (rows.Length < slice.Bytes)
            rows = GC.AllocateUninitializedArray<byte>(slice.Bytes);
        part.Read(offset, rows.AsSpan(0, slice.Bytes));
        Kernels.Repack(weight.Type, slice.Move.Layout, rows.AsSpan(0, slice.Bytes), Destination(slice), weight.Width);
    }

    private Span<byte> Destination(WeightSlice slice) => target.Slice<byte>(slice.Move.Offset + slice.First, slice.Bytes);
}
