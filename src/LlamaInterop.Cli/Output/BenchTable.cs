using System.Globalization;
using System.Text;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>Measurements as Markdown: llama-bench's columns and some more, then what the figures are to be held against.</summary>
internal static class BenchTable
{
    private const int LargestOps = 12;

    private static readonly string[] Head =
        ["model", "size", "params", "backend", "isa", "threads", "test", "t/s", "median", "GB/s", "of memory", "logits"];

    private static readonly string[] RightAligned = ["size", "params", "threads", "test", "t/s", "median", "GB/s", "of memory"];

    public static void Write(BenchmarkedModel model, IReadOnlyList<BenchmarkSession> sessions, string activations, Stream output)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        WriteRows([Head, .. sessions.SelectMany(session => RowsOf(model, session))], writer);
        writer.WriteLine();
        writer.WriteLine($"cpu: {sessions[0].Processor}; activations: {activations}");
        foreach (var session in sessions)
            writer.WriteLine(Text($"memory read by {session.Threads} thread{(session.Threads == 1 ? "" : "s")}: {session.ReadBandwidth / 1e9:F1} GB/s; a decoded token reads {session.BytesPerToken / 1e6:F1} MB of weights"));
        if (sessions[0].ExpertBytes is { All: > 0 } experts)
            writer.WriteLine(Text($"of the experts' {experts.All / 1e6:F1} MB a decoded token reads {experts.Read / 1e6:F1} MB ({(double)experts.Read / experts.All:P1})"));
        foreach (var program in sessions[0].Programs)
            writer.WriteLine(Text($"program of {program.Tokens} tokens: {program.Ops} ops, {program.Phases} phases; a layer {program.OpsPerLayer:0.##} ops, {program.PhasesPerLayer:0.##} phases, with one row {program.BarriersPerLayer:0.##} barriers"));
        foreach (var (test, ops) in sessions.SelectMany(session => session.Profiles))
            WriteProfile(test, ops, writer);
    }

    private static IEnumerable<string[]> RowsOf(BenchmarkedModel model, BenchmarkSession session) =>
        from result in session.Results
        select new[]
        {
            model.Name.Replace('|', '/'),
            ByteSize.Format(model.Bytes),
            Text($"{model.Parameters / 1e6:F1} M"),
            session.Backend,
            session.Isa,
            Text($"{session.Threads}"),
            result.Test.ToString(),
            Text($"{result.Mean:F2} ± {result.Deviation:F2}"),
            Text($"{result.Median:F2}"),
            session.BytesPerSecond(result) is { } rate ? Text($"{rate / 1e9:F1}") : "",
            session.ShareOfBandwidth(result) is { } share ? Text($"{share:P0}") : "",
            Text($"{result.LogitsHash:x16}"),
        };

    private static void WriteRows(IReadOnlyList<string[]> rows, StreamWriter writer)
    {
        int[] widths = [.. Enumerable.Range(0, Head.Length).Select(column => rows.Max(row => row[column].Length))];
        for (int i = 0; i < rows.Count; i++)
        {
            writer.WriteLine("| " + string.Join(" | ", rows[i].Select((cell, column) => IsRight(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))) + " |");
            if (i == 0)
                writer.WriteLine("|" + string.Join('|', widths.Select((width, column) => " " + new string('-', width) + (IsRight(column) ? ":" : " "))) + "|");
        }
    }

    private static void WriteProfile(BenchmarkTest test, IReadOnlyList<OpProfile> ops, StreamWriter writer)
    {
        writer.WriteLine($"\n{test}, time of all threads by op:");
        foreach (var op in ops.Take(LargestOps))
            writer.WriteLine(Text($"{op.Nanoseconds / 1e6,12:F3} ms {op.Share,6:P1}  {op.Name} ({op.Opcode})"));
    }

    private static bool IsRight(int column) => RightAligned.Contains(Head[column]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
