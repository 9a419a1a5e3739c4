namespace LlamaInterop.Inference;

/// <summary>A prompt's computed beginning, kept in a file so that later generations need not compute it anew.</summary>
internal static class PromptState
{
    /// <summary>Computes all tokens but the last, whose logits are where a generation starts, and saves what the model then holds.</summary>
    public static void Save(ModelRunner runner, ReadOnlySpan<int> tokens, string path, CancellationToken cancellationToken)
    {
        using var sequence = new Sequence(runner.Cache);
        ReadOnlySpan<int> beginning = tokens[..^1];
        Batch batch = runner.NewBatch();
        for (int start = 0; start < beginning.Length; start += batch.TokenCapacity)
        {
            cancellationToken.ThrowIfCancellationRequested();
            batch.Clear();
            int index = batch.AddSequence(sequence);
            foreach (int token in beginning.Slice(start, Math.Min(batch.TokenCapacity, beginning.Length - start)))
                batch.Add(index, token, wantsLogits: false);
            runner.Run(batch);
        }
        SequenceFile.Save(path, runner, sequence, beginning);
    }

    /// <summary>
    /// A sequence that holds as much of the file as begins the prompt, one token of which is always left to compute. It holds nothing
    /// where recurrent states or windowed layers cannot go back to where the two part.
    /// </summary>
    public static Sequence Resume(ModelRunner runner, string path, ReadOnlySpan<int> prompt)
    {
        (Sequence sequence, int[] tokens) = SequenceFile.Load(path, runner);
        int shared = prompt[..^1].CommonPrefixLength(tokens);
        if (sequence.TryTruncate(shared))
            return sequence;
        sequence.Dispose();
        return new Sequence(runner.Cache);
    }
}
