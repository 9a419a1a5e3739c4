using LlamaInterop.Models;

namespace LlamaInterop.Tools;

/// <summary>The negative log-probabilities of a text's scored tokens, gathered group by group and summed in the text's order.</summary>
internal sealed class ChunkScores(TextChunks chunks, int groupSize)
{
    private readonly RowBuffer<double> _losses = new(chunks, groupSize, 1);
    private RunningMean _mean;
    private int _first, _chunksEntered;

    /// <summary>The perplexity of the chunks entered so far.</summary>
    public PerplexityResult Result => new(Math.Exp(_mean.Mean), Math.Exp(_mean.Mean) * _mean.Error, _chunksEntered, _mean.Count);

    /// <summary>The same, as progress.</summary>
    public PerplexityProgress Progress => new(_chunksEntered, chunks.Count, Result.Perplexity, Result.Error);

    /// <summary>Before the rows of a group come.</summary>
    public void Begin(int first) => _first = first;

    /// <summary>Scores a row; several threads may.</summary>
    public void Receive(int chunk, int position, ReadOnlySpan<float> logits) => Receive(chunk, position, logits, SoftMaxSum.Of(logits));

    /// <summary>Scores a row whose soft-max is known.</summary>
    public void Receive(int chunk, int position, ReadOnlySpan<float> logits, SoftMaxSum sum) =>
        _losses.Row(chunk - _first, position)[0] = -sum.LogProbability(logits[chunks.Target(chunk, position + 1)]);

    /// <summary>Enters a chunk whose rows have all come.</summary>
    /// <exception cref="ModelException">A row's logits are not finite.</exception>
    public void Enter(int chunk)
    {
        foreach (double loss in _losses.Of(chunk - _first, 1))
        {
            if (!double.IsFinite(loss))
                throw new ModelException($"the logits of chunk {chunk + 1} are not finite, or give a token of the text no probability at all");
            _mean.Add(loss);
        }
        _chunksEntered++;
    }
}
