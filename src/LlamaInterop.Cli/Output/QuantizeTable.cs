using System.Globalization;
using System.Text;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>What quantizing writes, as text: each tensor, the types' totals, and the files.</summary>
internal static class QuantizeTable
{
    /// <summary>Every tensor's types and sizes, and the totals: what a dry run shows.</summary>
    public static void WriteTensors(QuantizePlan plan, Stream output)
    {
        using var writer = Open(output);
        int width = plan.Tensors.Max(tensor => tensor.Name.Length);
        foreach (QuantizedTensor tensor in plan.Tensors)
        {
            string shape = string.Join(" x ", tensor.Source.Dimensions.ToArray());
            string note = tensor.IsFallback ? "  (its rows fit no other)" : tensor.LacksImportance ? "  (needs --imatrix)" : "";
            writer.WriteLine($"{GgufListing.Printable(tensor.Name).PadRight(width)}  {shape,-20}  {tensor.Source.Type,-7} -> {tensor.Type,-7}  {ByteSize.Format(tensor.Source.ByteLength),11} -> {ByteSize.Format(tensor.ByteLength),11}{note}");
        }
        writer.WriteLine();
        WriteTotals(plan, writer);
    }

    /// <summary>The totals and the files that were written.</summary>
    public static void WriteReport(QuantizeReport report, Stream output)
    {
        using var writer = Open(output);
        WriteTotals(report.Plan, writer);
        double rate = report.Plan.InputBytes / Math.Max(report.Elapsed.TotalSeconds, 1e-3);
        writer.WriteLine(Text($"time {report.Elapsed.TotalSeconds:F2} s, {ByteSize.Format((long)rate)} of the input a second"));
        foreach (string path in report.Files)
            writer.WriteLine($"wrote {path}: {ByteSize.Format(new FileInfo(path).Length)}");
    }

    private static void WriteTotals(QuantizePlan plan, StreamWriter writer)
    {
        writer.WriteLine("type     tensors          weights         size  bits a weight");
        foreach (QuantizedTypeTotal total in plan.Totals)
            WriteRow(total.Type.ToString(), total.Tensors, total.Elements, total.Bytes, total.BitsPerWeight, writer);
        WriteRow("all", plan.Tensors.Count, plan.Elements, plan.OutputBytes, plan.BitsPerWeight, writer);
        WriteRow("before", plan.Tensors.Count, plan.Elements, plan.InputBytes, plan.InputBytes * 8.0 / plan.Elements, writer);
    }

    private static void WriteRow(string name, int tensors, long elements, long bytes, double bits, StreamWriter writer) =>
        writer.WriteLine(Text($"{name,-8} {tensors,7}  {elements,15:N0}  {ByteSize.Format(bytes),11}  {bits,13:F4}"));

    private static StreamWriter Open(Stream output) => new(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
