namespace LlamaInterop.Tests.Models;

/// <summary>How far results are from the truth.</summary>
internal static class ErrorMeasure
{
    /// <summary>Normalized mean square error: squares of the differences over squares of the truth.</summary>
    public static double Nmse(float[][] found, double[][] truth)
    {
        double error = 0, size = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            for (int i = 0; i < truth[row].Length; i++)
            {
                double difference = found[row][i] - truth[row][i];
                error += difference * difference;
                size += truth[row][i] * truth[row][i];
            }
        }
        return error / size;
    }
}
