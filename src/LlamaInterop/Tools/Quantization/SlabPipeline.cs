using System.Collections.Concurrent;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>
/// Converts tensors piece by piece: one thread reads ahead, several encode, and the caller takes the pieces in their order and
/// writes them. All three go on at the same time, across tensors.
/// </summary>
internal sealed class SlabPipeline : IDisposable
{
    private readonly GgufFile _file;
    private readonly IReadOnlyList<RowCodec> _jobs;
    private readonly CancellationTokenSource _stop;
    private readonly List<Slab> _slabs = [];
    private readonly BlockingCollection<Slab> _free = [];
    private readonly BlockingCollection<Slab> _read = [];
    private readonly BlockingCollection<Slab> _ordered = [];
    private readonly List<Thread> _threads = [];

    /// <param name="file">The input, which outlives the pipeline.</param>
    /// <param name="jobs">The tensors, in the order in which they will be taken; of none nothing is started.</param>
    /// <param name="threads">Threads that encode, at least 1.</param>
    /// <param name="cancel">Ends everything.</param>
    public SlabPipeline(GgufFile file, IReadOnlyList<RowCodec> jobs, int threads, CancellationToken cancel)
    {
        _file = file;
        _jobs = jobs;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (jobs.Count == 0)
            return;
        var sizes = new SlabSizes(jobs.Select(job => job.Tensor), threads);
        for (int i = 0; i < sizes.Count; i++)
        {
            _slabs.Add(new Slab(sizes.SourceBytes, sizes.TargetBytes));
            _free.Add(_slabs[i]);
        }
        Start("quantize: read", Read);
        for (int i = 0; i < threads; i++)
            Start("quantize: encode", Encode);
    }

    /// <summary>Takes the tensor's pieces, which must be the next in order, and hands each to <paramref name="use"/>.</summary>
    /// <exception cref="GgufException">The input cannot be read.</exception>
    /// <exception cref="QuantizeException">A piece cannot be converted.</exception>
    /// <exception cref="OperationCanceledException">The token was signalled.</exception>
    public void Take(QuantizedTensor tensor, Action<Slab> use)
    {
        foreach (SlabPart part in SlabSizes.PartsOf(tensor))
        {
            Slab slab = _ordered.Take(_stop.Token);
            if (slab.Wait(_stop.Token) is { } failure)
                throw failure is QuantizeException or GgufException ? failure : new InvalidOperationException($"tensor '{tensor.Name}': {failure.Message}", failure);
            use(slab);
            _free.Add(slab);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _threads.ForEach(thread => thread.Join());
        _slabs.ForEach(slab => slab.Dispose());
        _free.Dispose();
        _read.Dispose();
        _ordered.Dispose();
        _stop.Dispose();
    }

    private void Start(string name, Action work)
    {
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (OperationCanceledException)
            {
                return;
            }
        })
        { Name = name, IsBackground = true };
        _threads.Add(thread);
        thread.Start();
    }

    private void Read()
    {
        foreach (RowCodec codec in _jobs)
        {
            foreach (SlabPart part in SlabSizes.PartsOf(codec.Tensor))
            {
                Slab slab = _free.Take(_stop.Token);
                slab.Begin(part, codec);
                _ordered.Add(slab);
                try
                {
                    _file.ReadTensor(codec.Tensor.Source, slab.Source, part.SourceOffset);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    slab.Finish(error);
                    return;
                }
                _read.Add(slab);
            }
        }
        _read.CompleteAdding();
    }

    private void Encode()
    {
        float[] scratch = [];
        foreach (Slab slab in _read.GetConsumingEnumerable(_stop.Token))
        {
            try
            {
                RowCodec codec = slab.Codec!;
                int floats = codec.ScratchLength(slab.Part.Rows);
                if (scratch.Length < floats)
                    scratch = GC.AllocateUninitializedArray<float>(floats);
                codec.Convert(slab.Source, slab.Part.FirstRow, scratch.AsSpan(0, floats), slab.Target);
                slab.Finish(failure: null);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                slab.Finish(error);
            }
        }
    }
}
