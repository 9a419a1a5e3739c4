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
        QuantizePlan plan = Quantizer.Plan(request.Input, options);
        foreach (string warning in plan.Warnings)
            terminal.Error.WriteLine($"warning: {warning}");
        if (flags.DryRun)
        {
            QuantizeTable.WriteTensors(plan, terminal.Output);
            return 0;
        }
        using var progress = new ConsoleProgress(terminal, "quantizing");
        QuantizeReport report = Quantizer.Run(request.Input, request.Output, options, new QuantizeProgressLine(progress), terminal.Interrupted);
        progress.Dispose();
        QuantizeTable.WriteReport(report, terminal.Output);
        return 0;
    }
}

/// <summary>The library's progress as a line on stderr.</summary>
internal sealed class QuantizeProgressLine(ConsoleProgress line) : IProgress<QuantizeProgress>
{
    public void Report(QuantizeProgress value) => line.Report(value.Fraction, value.Tensor);
}
