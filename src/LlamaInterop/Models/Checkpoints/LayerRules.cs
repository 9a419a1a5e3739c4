using System.Globalization;

namespace LlamaInterop.Models.Checkpoints;

/// <summary>Rows of a map for layers that differ in how their tensors change.</summary>
internal static class LayerRules
{
    private const int MaxLayers = 4096;

    /// <summary>The rows of every layer, its number in place of <c>*</c>.</summary>
    /// <param name="config">The configuration, for errors.</param>
    /// <param name="layers">How many there are.</param>
    /// <param name="rows">A layer's, with <c>*</c> for its number.</param>
    /// <exception cref="ModelException">There are more layers than any model has.</exception>
    public static TensorRule[] Of(ModelConfig config, int layers, Func<int, IEnumerable<TensorRule>> rows) =>
        [.. Enumerable.Range(0, Checked(config, layers)).SelectMany(layer => rows(layer).Select(row => row.At(layer)))];

    /// <summary>A number of layers that arrays may have the length of.</summary>
    public static int Checked(ModelConfig config, int layers) =>
        layers <= MaxLayers ? layers : throw config.Refuse("num_hidden_layers", $"is {layers}; {MaxLayers} are the most");

    /// <summary>The row for one layer alone.</summary>
    public static TensorRule At(this TensorRule row, int layer)
    {
        string number = layer.ToString(CultureInfo.InvariantCulture);
        return row with { To = Numbered(row.To), Parts = [.. row.Parts.Select(part => part with { From = Numbered(part.From) })] };

        string Numbered(string name) => name.Replace("*", number, StringComparison.Ordinal);
    }
}
