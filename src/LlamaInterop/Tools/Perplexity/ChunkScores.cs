using LlamaInterop.Models;

namespace LlamaInterop.Tools;

/// <summary>The negative log-probabilities of a text's scored tokens, gathered group by group and summed in the text's order.</summary>
internal sealed class ChunkScores(TextChunks chunks, int groupSize)
{
    private readonly double[] _losses = new double[groupSize * chunks.ScoredPerChunk];
    private RunningMean _mean;
    private int _first;

    /// <summary>The perplexity of the chunks entered so far.</summary>
    public PerplexityResult Result(int chunkCount) => new(Math.Exp(_mean.Mean), Math.Exp(_mean.Mean) * _mean.Error, chunkCount, _mean.Count);

    /// <summary>Before the rows of a group come.</summary>
    public void Begin(int first) => _first = first;

    /// <summary>Scores a row; several threads may.</summary>
    public void Receive(int chunk, int position, ReadOnlySpan<float> logits) =>
        LossesOf(chunk)[position - chunks.FirstScored] = -SoftMaxSum.Of(logits).LogProbability(logits[chunks.Target(chunk, position + 1)]);

    /// <summary>Enters a chunk whose rows have all come.</summary>
    /// <exception cref="ModelException">A row's logits are not finite.</exception>
    public void Enter(int chunk)
    {
        foreach (double loss in LossesOf(chunk))
        {
            if (!double.IsFinite(loss))
                throw new ModelException($"the logits of chunk {chunk + 1} are not finite, or give a token of the text no probability at all");
            _mean.Add(loss);
        }
    }

    private Span<double> LossesOf(int chunk) => _losses.AsSpan((chunk - _first) * chunks.ScoredPerChunk, chunks.ScoredPerChunk);
}
