using System.Globalization;
using System.Text;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>What a conversion wrote, as text: a line in all, and one for each tensor where they are asked for.</summary>
internal static class ConvertListing
{
    public static void Write(ConvertReport report, bool withTensors, Stream output)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        int longest = report.Tensors.Select(tensor => tensor.Name.Length).DefaultIfEmpty().Max();
        foreach (ConvertedTensor tensor in withTensors ? report.Tensors : [])
            writer.WriteLine($"{tensor.Name.PadRight(longest)}  {tensor.Type,-4}  [{string.Join(", ", tensor.Dimensions)}]");
        string parameters = report.Parameters.ToString("N0", CultureInfo.InvariantCulture);
        string path = report.Paths.Count == 1 ? report.Paths[0] : $"{report.Paths[0]} and {report.Paths.Count - 1} more";
        writer.WriteLine(report.Tensors.Count == 0 ? $"{path}: {report.Architecture}, tokenizer alone"
            : $"{path}: {report.Architecture}, {report.Tensors.Count} tensors, {parameters} parameters, {ByteSize.Format(report.Bytes)}, {report.OutputType}");
    }
}
