using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>The encoder's pass over its text, after which a sequence's decoder can begin.</summary>
internal static class EncoderText
{
    /// <summary>Fills what cross-attention reads. Where it fails or is cancelled, the sequence is as before.</summary>
    /// <param name="runner">Of an encoder-decoder.</param>
    /// <param name="sequence">One that holds no encoder's text yet.</param>
    /// <param name="tokens">At most as many as the context has room for, so that they are one step.</param>
    /// <param name="cancel">Breaks it off.</param>
    public static void Run(ModelRunner runner, Sequence sequence, ReadOnlySpan<int> tokens, CancelFlag? cancel = null)
    {
        Batch batch = runner.NewBatch(Pass.Encoder);
        int index = batch.AddSequence(sequence);
        foreach (int token in tokens)
            batch.Add(index, token, wantsLogits: false);
        runner.Run(batch, cancel);
    }
}
