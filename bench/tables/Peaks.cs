using LlamaInterop.Measuring;

namespace LlamaInterop.Tables;

/// <summary>Has the probes compiled and run.</summary>
internal static class Peaks
{
    /// <param name="probes">The folder of their sources.</param>
    /// <param name="threads">To run with beside one.</param>
    public static IReadOnlyList<Peak> Measure(string probes, int threads)
    {
        string program = Path.Combine(Path.GetTempPath(), $"llama-interop-peaks-{Environment.ProcessId}");
        try
        {
            Child.Run("cc", ["-std=c11", "-D_POSIX_C_SOURCE=200809L", "-O2", "-ftree-vectorize", "-pthread", .. Directory.GetFiles(probes, "*.c").Order(), "-o", program]).Expect("cc");
            Outcome outcome = Child.Run(program, [$"{threads}"]).Expect("the probe");
            return
            [
                .. from line in outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                   let cells = line.Split(',')
                   select new Peak(cells[0], Machine.Processor, int.Parse(cells[1]), double.Parse(cells[2]), cells[3], $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            ];
        }
        finally
        {
            File.Delete(program);
        }
    }
}
