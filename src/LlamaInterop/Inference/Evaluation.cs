namespace LlamaInterop.Inference;

/// <summary>Logits of given tokens, and of an encoder's text where the model has an encoder, without sampling.</summary>
internal static class Evaluation
{
    public static void Run(ModelRunner runner, ReadOnlySpan<int> tokens, ReadOnlySpan<int> encoderTokens, bool allPositions, LogitsReceiver receive, CancellationToken cancellationToken)
    {
        using var sequence = new Sequence(runner.Cache);
        if (!encoderTokens.IsEmpty)
            EncoderText.Run(runner, sequence, encoderTokens);
        Batch batch = runner.NewBatch();
        int step = allPositions ? Math.Min(batch.OutputCapacity, batch.TokenCapacity) : batch.TokenCapacity;
        for (int start = 0; start < tokens.Length; start += step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(step, tokens.Length - start);
            batch.Clear();
            int index = batch.AddSequence(sequence);
            for (int t = start; t < start + count; t++)
                batch.Add(index, tokens[t], allPositions || t == tokens.Length - 1);
            runner.Run(batch);
            for (int o = 0; o < batch.OutputCount; o++)
                receive(runner.Logits(o), allPositions ? start + o : tokens.Length - 1);
        }
    }
}
