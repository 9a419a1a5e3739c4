namespace LlamaInterop.Measuring;

/// <summary>Seconds that all processors were busy, that passed on all of them, and that this process and its ended children computed; zeros without /proc.</summary>
internal readonly record struct ProcessorUse(double Busy, double All, double Own)
{
    /// <summary>What others used of the machine since <paramref name="earlier"/>, from 0 to 1.</summary>
    public double OthersSince(ProcessorUse earlier) =>
        All > earlier.All ? Math.Max(0, (Busy - earlier.Busy - (Own - earlier.Own)) / (All - earlier.All)) : 0;
}

/// <summary>The machine that is measured on.</summary>
internal static class Machine
{
    private const double TicksPerSecond = 100;

    /// <summary>The processor by name, family and model: "AMD EPYC, family 26 model 2".</summary>
    public static string Processor => File.Exists("/proc/cpuinfo")
        ? $"{Field("model name")}, family {Field("cpu family")} model {Field("model")}"
        : "a processor that does not say its name";

    public static ProcessorUse Use()
    {
        const int Idle = 3, WaitingForDisk = 4, FirstOfOwn = 11, LastOfOwn = 14; // the latter two counted after the name
        if (!File.Exists("/proc/stat"))
            return default;
        double[] all = [.. Fields(File.ReadLines("/proc/stat").First()).Skip(1).Take(8).Select(double.Parse)];
        double own = Fields(File.ReadAllText("/proc/self/stat").Split(") ")[^1])[FirstOfOwn..(LastOfOwn + 1)].Sum(double.Parse);
        return new((all.Sum() - all[Idle] - all[WaitingForDisk]) / TicksPerSecond, all.Sum() / TicksPerSecond, own / TicksPerSecond);
    }

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Field(string name) => File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(name + "\t"))?.Split(':')[1].Trim() ?? "?";
}
