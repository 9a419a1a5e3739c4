using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>Looks at every element of a model: opening one checks headers alone.</summary>
public static class GgufContentCheck
{
    /// <summary>Reads all tensors and reports those with elements that are infinite or no numbers.</summary>
    /// <param name="file">The model, whose counts, offsets, sizes and alignments opening has checked.</param>
    /// <param name="progress">Told of the share that is read, 0 to 1.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="GgufException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static GgufContentReport Run(GgufFile file, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        var faults = new List<TensorFault>();
        var unread = new List<string>();
        var done = new GgufCopyProgress(progress, file.Tensors);
        var buffer = new float[TensorValues.StretchLength];
        foreach (var tensor in file.Tensors)
        {
            var values = new TensorValues(file, tensor);
            if (!values.CanBeRead)
                unread.Add(tensor.Name);
            else if (FaultOf(tensor, values, buffer, cancel) is { } fault)
                faults.Add(fault);
            done.Add(tensor.ByteLength);
        }
        return new(file.Tensors.Count, faults, unread);
    }

    private static TensorFault? FaultOf(GgufTensorInfo tensor, TensorValues values, float[] buffer, CancellationToken cancel)
    {
        long first = -1, notNumbers = 0, infinite = 0;
        for (long i = 0; i < values.StretchCount; i++)
        {
            cancel.ThrowIfCancellationRequested();
            ReadOnlySpan<float> stretch = values.Read(i, buffer);
            for (int j = 0; j < stretch.Length; j++)
            {
                if (float.IsFinite(stretch[j]))
                    continue;
                first = first < 0 ? i * TensorValues.StretchLength + j : first;
                notNumbers += float.IsNaN(stretch[j]) ? 1 : 0;
                infinite += float.IsNaN(stretch[j]) ? 0 : 1;
            }
        }
        return first < 0 ? null : new(tensor.Name, notNumbers, infinite, first);
    }
}
