using System.Text;
using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>quality</c>: what quantizing to each of several types does to a model's size, predictions and speed.</summary>
internal static class QualityCommand
{
    private static readonly string[] Endings = [".json", ".csv", ".html"];

    public static int Run(QualityFlags flags, Terminal terminal)
    {
        QualityOptions options = flags.ToStudy();
        if (flags.Output is not null)
            OutputFile.RefuseUnwritable(flags.Output + Endings[0]);
        byte[] text = flags.ReadText();
        string model = ModelPath.Of(flags, terminal);
        foreach (string ending in flags.Output is null ? [] : Endings)
            OutputFile.RefuseSources(flags.Output + ending, model, flags.TextFile, flags.Imatrix);
        var rows = new List<QualityRow>();
        using (var line = new ConsoleProgress(terminal, "studying"))
        {
            double total = options.Types.Count + 1;
            using var study = new QualityStudy(model, text, options, what => line.Report(rows.Count / total, what), terminal.Interrupted);
            rows.AddRange(study.Run());
        }
        var report = new QualityReport(BenchmarkedModel.Of(model), rows, options);
        terminal.Output.Write(Encoding.UTF8.GetBytes(report.ToTable()));
        if (flags.Output is not null)
            Write(flags.Output, report);
        return 0;
    }

    private static void Write(string prefix, QualityReport report)
    {
        WholeFile.Write(prefix + ".json", report.WriteJson);
        WholeFile.Write(prefix + ".csv", stream => stream.Write(Encoding.UTF8.GetBytes(report.ToCsv())));
        WholeFile.Write(prefix + ".html", stream => stream.Write(Encoding.UTF8.GetBytes(QualityPage.Of(report))));
    }
}
