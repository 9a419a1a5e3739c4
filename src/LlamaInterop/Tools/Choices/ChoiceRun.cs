using LlamaInterop.Inference;
using LlamaInterop.Native;

namespace LlamaInterop.Tools;

/// <summary>Computes the mean log-probabilities of a task's texts; what they have in common is computed once.</summary>
internal sealed class ChoiceRun(ModelRunner runner, int threads, CancelFlag cancel)
{
    private readonly Batch _batch = runner.NewBatch();
    private readonly ParallelOptions _workers = new() { MaxDegreeOfParallelism = Math.Max(1, threads) };
    private readonly List<(int Choice, int Position)> _rows = [];
    private double[] _sums = [];

    /// <summary>For each text the mean log-probability of its scored tokens.</summary>
    public double[] Score(EncodedTask task)
    {
        _sums = new double[task.Tokens.Length];
        using var prefix = new Sequence(runner.Cache);
        int together = Math.Max(1, runner.Options.MaxSequences - 1);
        bool shares = runner.Options.MaxSequences > 1;
        if (shares)
            RunPrefix(task, prefix);
        for (int first = 0; first < task.Tokens.Length; first += together)
            RunTexts(task, first, Math.Min(together, task.Tokens.Length - first), shares ? prefix : null);
        return [.. _sums.Select((sum, c) => sum / (task.Scored[c].End - task.Scored[c].First))];
    }

    private void RunPrefix(EncodedTask task, Sequence prefix)
    {
        for (int start = 0; start < task.Common; start += _batch.TokenCapacity)
        {
            int end = Math.Min(task.Common, start + _batch.TokenCapacity);
            _batch.Clear();
            int index = _batch.AddSequence(prefix);
            for (int position = start; position < end; position++)
                _batch.Add(index, task.Tokens[0][position], position == task.Common - 1);
            runner.Run(_batch, cancel);
        }
        SoftMaxSum sum = SoftMaxSum.Of(runner.Logits(0));
        for (int c = 0; c < task.Tokens.Length; c++)
        {
            if (task.Scored[c].First < task.Common)
                _sums[c] += sum.LogProbability(runner.Logits(0)[task.Tokens[c][task.Common]]);
        }
    }

    /// <summary>Runs some of the texts after the prefix, or from their beginning, as sequences of their own.</summary>
    private void RunTexts(EncodedTask task, int first, int count, Sequence? prefix)
    {
        var sequences = new Sequence[count];
        for (int s = 0; s < count; s++)
            sequences[s] = prefix?.Fork() ?? new Sequence(runner.Cache);
        try
        {
            _batch.Clear();
            for (int s = 0; s < count; s++)
                AddText(task, first + s, sequences[s]);
            Finish(task);
        }
        finally
        {
            foreach (Sequence sequence in sequences)
                sequence.Dispose();
        }
    }

    /// <summary>Adds a text's tokens but its last, which foretells nothing; runs the step whenever it is full.</summary>
    private void AddText(EncodedTask task, int choice, Sequence sequence)
    {
        int[] tokens = task.Tokens[choice];
        int index = -1;
        for (int position = sequence.Length, last = tokens.Length - 1; position < last; position++)
        {
            bool isScored = position >= task.Scored[choice].First && position < task.Scored[choice].End;
            if (_batch.TokenCount == _batch.TokenCapacity || (isScored && _batch.OutputCount == _batch.OutputCapacity))
            {
                Finish(task);
                index = -1;
            }
            index = index < 0 ? _batch.AddSequence(sequence) : index;
            _batch.Add(index, tokens[position], isScored);
            if (isScored)
                _rows.Add((choice, position));
        }
    }

    private void Finish(EncodedTask task)
    {
        if (_batch.TokenCount > 0)
            runner.Run(_batch, cancel);
        double[] logs = new double[_rows.Count];
        Parallel.For(0, logs.Length, _workers, row =>
        {
            (int choice, int position) = _rows[row];
            Span<float> logits = runner.Logits(row);
            logs[row] = SoftMaxSum.Of(logits).LogProbability(logits[task.Tokens[choice][position + 1]]);
        });
        for (int row = 0; row < logs.Length; row++)
            _sums[_rows[row].Choice] += logs[row];
        _rows.Clear();
        _batch.Clear();
    }
}
