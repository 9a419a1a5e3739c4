using System.Diagnostics;
using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>quantize IN.gguf [OUT.gguf] TYPE [THREADS]</c>: writes a model in smaller element types.</summary>
internal static class QuantizeCommand
{
    public static int Run(QuantizeFlags flags, Terminal terminal)
    {
        QuantizeRequest request = flags.ToRequest();
        QuantizeOptions options = request.Options with
        {
            Importance = flags.Imatrix is null ? null : ImportanceMatrix.Load(flags.Imatrix),
        };
        if (flags.DryRun)
        {
            QuantizePlan plan = Quantizer.Plan(request.Input, options);
            Warn(plan);
            QuantizeTable.WriteTensors(plan, terminal.Output);
            return 0;
        }
        using var progress = new ConsoleProgress(terminal, "quantizing");
        QuantizeReport report = Quantizer.PlanAndRun(request.Input, request.Output, options, Warn, new QuantizeProgressLine(progress), terminal.Interrupted);
        progress.Dispose();
        QuantizeTable.WriteReport(report, terminal.Output);
        return 0;

        void Warn(QuantizePlan plan)
        {
            foreach (string warning in plan.Warnings)
                terminal.Error.WriteLine($"warning: {warning}");
        }
    }
}

/// <summary>The library's progress as a line on stderr: how much of the input is done in a second, and the tensor.</summary>
internal sealed class QuantizeProgressLine(ConsoleProgress line) : IProgress<QuantizeProgress>
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Report(QuantizeProgress value)
    {
        long rate = (long)(value.BytesRead / Math.Max(_clock.Elapsed.TotalSeconds, 1e-3));
        line.Report(value.Fraction, $"{ByteSize.Format(rate)}/s {value.Tensor}");
    }
}
