using LlamaInterop.Compute;
using LlamaInterop.Compute.Passes;
using LlamaInterop.Inference;
using LlamaInterop.Models;

namespace LlamaInterop.Tools;

/// <summary>
/// Adds up what steps sum, weight by weight. Totals are f32, as the files hold them: a run that goes on from a file ends with the same
/// bytes as one that was never cut.
/// </summary>
/// <param name="processOutput">Whether the output head is counted.</param>
internal sealed class ImportanceSums(bool processOutput)
{
    public SortedDictionary<string, ImportanceEntry> Entries { get; private set; } = ImportanceMatrix.NewEntries();

    /// <summary>Goes on from other sums.</summary>
    public void Replace(IReadOnlyDictionary<string, ImportanceEntry> entries)
    {
        Entries = ImportanceMatrix.NewEntries();
        foreach ((string name, ImportanceEntry entry) in entries)
            Entries.Add(name, new ImportanceEntry((float[])entry.Sums.Clone(), (long[])entry.Counts.Clone()));
    }

    /// <summary>Adds the sums of a step that has just run.</summary>
    /// <exception cref="ModelException">They are not finite.</exception>
    public void Add(ModelRunner runner, Batch batch)
    {
        foreach (SquareSum sum in runner.Squares)
        {
            if (sum.Live == Live.OUTPUTS && batch.OutputCount == 0)
                continue;
            foreach (Tensor weight in sum.Weights)
            {
                if (IsCounted(weight.Name, sum.OfExperts))
                    Add(weight, sum, runner.SumsOf(sum));
            }
        }
    }

    /// <summary>llama.cpp's choice: the layers', every expert's, and the output head's where asked for.</summary>
    private bool IsCounted(string name, bool ofExperts) =>
        ofExperts || name.StartsWith("blk.", StringComparison.Ordinal) || (processOutput && name == "output.weight");

    private void Add(Tensor weight, SquareSum sum, ReadOnlySpan<float> values)
    {
        int width = (int)sum.Sums.Width, columns = width - 1, rows = (int)sum.Sums.Rows, planes = (int)Math.Max(weight.Planes, rows);
        if (!Entries.TryGetValue(weight.Name, out ImportanceEntry? entry))
            Entries[weight.Name] = entry = new ImportanceEntry(new float[columns * planes], new long[sum.OfExperts ? planes : 1]);
        for (int plane = 0; plane < planes; plane++)
        {
            ReadOnlySpan<float> added = values.Slice(plane % rows * width, width);
            Span<float> sums = entry.Sums.AsSpan(plane * columns, columns);
            for (int i = 0; i < columns; i++)
                sums[i] += added[i];
            if (sums.ContainsAnyExceptInRange(0, float.MaxValue))
                throw new ModelException($"{weight.Name}: what it is multiplied by is not finite");
            if (plane < entry.Counts.Length)
                entry.Counts[plane] += (long)added[columns];
        }
    }
}
