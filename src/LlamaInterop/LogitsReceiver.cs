namespace LlamaInterop;

/// <summary>Takes the logits of one position.</summary>
public delegate void LogitsReceiver(ReadOnlySpan<float> logits, int position);
