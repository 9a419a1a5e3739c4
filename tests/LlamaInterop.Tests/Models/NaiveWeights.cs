using LlamaInterop.Gguf;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Models;

/// <summary>A file's dequantized weights in double, and what is computed with them row by row.</summary>
internal sealed class NaiveWeights
{
    private readonly Dictionary<string, double[]> _weights = [];
    private readonly bool _hasLayerNorms;
    private readonly double _epsilon;

    public NaiveWeights(GgufFile file, Dialect dialect)
    {
        foreach (GgufTensorInfo tensor in file.Tensors)
        {
            var values = new float[tensor.Dimensions.ToArray().Aggregate((a, b) => a * b)];
            Kernels.Dequantize((LkType)tensor.Type, file.TensorSpan(tensor), values);
            _weights[tensor.Name] = Array.ConvertAll(values, value => (double)value);
        }
        _hasLayerNorms = dialect.LayerNorms;
        _epsilon = file.Metadata.GetFloat($"{dialect.Architecture}.attention.layer_norm_{(dialect.LayerNorms ? "" : "rms_")}epsilon");
    }

    public bool Has(string name) => _weights.ContainsKey(name);

    public double[]? Find(string name) => _weights.GetValueOrDefault(name);

    /// <summary>Row <paramref name="index"/> of a matrix whose rows have <paramref name="width"/> elements.</summary>
    public double[] Row(string name, int index, int width) => _weights[name].AsSpan(index * width, width).ToArray();

    /// <summary>Weights times x, plus the bias if there is one; <paramref name="other"/>'s weights where it has none.</summary>
    public double[] Linear(double[] x, string name, string other = "")
    {
        double[] w = Find(name + ".weight") ?? _weights[other + ".weight"];
        var y = new double[w.Length / x.Length];
        for (int row = 0; row < y.Length; row++)
        {
            for (int i = 0; i < x.Length; i++)
                y[row] += w[(row * x.Length) + i] * x[i];
        }
        return Plus(y, Find(name + ".bias"));
    }

    /// <summary>Every row normed.</summary>
    public double[][] Norm(double[][] x, string name) => Array.ConvertAll(x, row => Plus(Times(Normed(row), Find(name + ".weight")), Find(name + ".bias")));

    /// <summary>Each stretch of a row normed by itself, with the part of the weight that is its own, or all of it.</summary>
    public void NormStretches(Span<double> row, int width, string name)
    {
        double[] weight = _weights[name + ".weight"];
        for (int start = 0; start < row.Length; start += width)
        {
            Span<double> stretch = row.Slice(start, width);
            Times(Normed(stretch), weight[(start % weight.Length)..][..width]).CopyTo(stretch);
        }
    }

    /// <summary>Layer norm (Ba et al. 2016) or RMS norm (Zhang and Sennrich 2019), without weights.</summary>
    private double[] Normed(ReadOnlySpan<double> x)
    {
        double sum = 0, squares = 0;
        foreach (double value in x)
            sum += value;
        double center = _hasLayerNorms ? sum / x.Length : 0;
        foreach (double value in x)
            squares += (value - center) * (value - center);
        double scale = 1 / Math.Sqrt((squares / x.Length) + _epsilon);
        var result = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
            result[i] = (x[i] - center) * scale;
        return result;
    }

    private static double[] Times(double[] x, double[]? weight) => weight is null ? x : [.. x.Zip(weight, (a, b) => a * b)];

    private static double[] Plus(double[] x, double[]? bias) => bias is null ? x : [.. x.Zip(bias, (a, b) => a + b)];
}
