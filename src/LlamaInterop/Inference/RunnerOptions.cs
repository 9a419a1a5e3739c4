namespace LlamaInterop.Inference;

/// <summary>Sizes of a runner.</summary>
/// <param name="ContextSize">Tokens of the longest sequence.</param>
/// <param name="BatchSize">Tokens of one step at most; rounded up to a batch class.</param>
/// <param name="MaxSequences">Sequences held at once.</param>
/// <param name="MaxOutputs">Rows of logits that one step can give.</param>
/// <param name="KeyType">Element type of cached keys.</param>
/// <param name="ValueType">Element type of cached values.</param>
/// <param name="FullWindows">Whether layers with a sliding window keep all tokens.</param>
/// <param name="UseMapping">Whether weights are read from the file mapping; otherwise they are copied into memory.</param>
/// <param name="LockMemory">Whether weights are kept from being swapped out (mlock).</param>
/// <param name="Repack">Whether weights are laid out anew for the kernels.</param>
/// <param name="RefinesActivations">Whether activations get more bits where rounding costs most.</param>
/// <param name="Checkpoints">Checkpoints kept at once at most; each has room planned for it beside the running sequences.</param>
/// <param name="WaitsForHugePages">Whether loading waits for the system to find huge pages, however long it takes.</param>
internal readonly record struct RunnerOptions(
    int ContextSize, int BatchSize = 512, int MaxSequences = 1, int MaxOutputs = 1,
    ElementType KeyType = ElementType.F16, ElementType ValueType = ElementType.F16,
    bool FullWindows = false, bool UseMapping = true, bool LockMemory = false, RepackChoice Repack = RepackChoice.Auto,
    bool RefinesActivations = true, int Checkpoints = 0, bool WaitsForHugePages = false);
