namespace LlamaInterop.Inference;

/// <summary>
/// Decides which tokens the next step computes: one for every generation that decodes, then parts of prompts as far as the step has
/// room, in order of arrival. Results do not depend on these choices.
/// </summary>
internal sealed class Scheduler(int maxSequences)
{
    private readonly List<Generation> _running = new(maxSequences);
    private readonly int[] _stepTokens = new int[maxSequences];

    public IReadOnlyList<Generation> Running => _running;

    public bool HasRoom => _running.Count < maxSequences;

    public void Add(Generation generation) => _running.Add(generation);

    public void Remove(Generation generation) => _running.Remove(generation);

    /// <summary>Tokens of the last filled step for <see cref="Running"/>[i].</summary>
    public int StepTokens(int i) => _stepTokens[i];

    /// <summary>Fills a cleared batch.</summary>
    public void Fill(Batch batch)
    {
        for (int i = 0; i < _running.Count; i++)
        {
            _stepTokens[i] = 0;
            _running[i].OutputIndex = -1;
        }
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < _running.Count; i++)
            {
                bool decodes = _running[i].PendingCount == 1;
                if (decodes == (pass == 0))
                    Enter(batch, i);
            }
        }
    }

    private void Enter(Batch batch, int i)
    {
        Generation generation = _running[i];
        int count = Math.Min(generation.PendingCount, batch.TokenCapacity - batch.TokenCount);
        bool completes = count == generation.PendingCount;
        if (count <= 0 || (completes && batch.OutputCount == batch.OutputCapacity))
            return;
        int sequence = batch.AddSequence(generation.Sequence!);
        for (int t = 0; t < count; t++)
            generation.OutputIndex = batch.Add(sequence, generation.Pending(t), completes && t == count - 1);
        _stepTokens[i] = count;
    }
}
