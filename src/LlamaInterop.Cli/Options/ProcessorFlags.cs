using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>Where the CPU's threads run; names are llama.cpp's. Its variants for batches are taken where they say the same.</summary>
internal abstract class ProcessorFlags : ModelOptions
{
    private const string Section = "Processors";
    private const string Same = "accepted for llama.cpp's sake where it says the same as the flag without -batch";

    [Option('C', "cpu-mask", MetaValue = "HEX", HelpText = "logical processors that threads may run on, a bit each")]
    [Flag(Section, DefaultText = "all of the fast kind")]
    public string? Mask { get; set; }

    [Option("cpu-range", MetaValue = "LO-HI", HelpText = "logical processors that threads may run on, by number; adds to --cpu-mask")]
    [Flag(Section, Aliases = ["-Cr"])]
    public string? Range { get; set; }

    [Option("cpu-strict", Default = 0, MetaValue = "0|1", HelpText = "1: give each thread a processor of its own, one of each core first")]
    [Flag(Section)]
    public int Strict { get; set; }

    [Option("prio", Default = 0, MetaValue = "N", HelpText = "priority of the threads: -1 low, 0 normal, 1 medium, 2 high, 3 real-time; 1 to 3 mostly want a privilege")]
    [Flag(Section)]
    public int Priority { get; set; }

    [Option("poll", Default = 50, MetaValue = "N", HelpText = "microseconds that a waiting thread looks before it sleeps, 0 to 100")]
    [Flag(Section)]
    public int Poll { get; set; }

    [Option("numa", MetaValue = "KIND", HelpText = "with several memories: spread threads and buffers over them, stay on the one where the program runs, or trust numactl")]
    [Flag(Section, Choices = ["distribute", "isolate", "numactl"])]
    public string? Numa { get; set; }

    [Option("cpu-mask-batch", MetaValue = "HEX", HelpText = Same)]
    [Flag(Section, Aliases = ["-Cb"])]
    public string? BatchMask { get; set; }

    [Option("cpu-range-batch", MetaValue = "LO-HI", HelpText = Same)]
    [Flag(Section, Aliases = ["-Crb"])]
    public string? BatchRange { get; set; }

    [Option("cpu-strict-batch", MetaValue = "0|1", HelpText = Same)]
    [Flag(Section)]
    public int? BatchStrict { get; set; }

    [Option("prio-batch", MetaValue = "N", HelpText = Same)]
    [Flag(Section)]
    public int? BatchPriority { get; set; }

    [Option("poll-batch", MetaValue = "N", HelpText = Same)]
    [Flag(Section)]
    public int? BatchPoll { get; set; }

    /// <summary>What the flags say.</summary>
    /// <exception cref="UsageException">One is malformed or out of range, or prompts would be computed otherwise than answers.</exception>
    public ThreadPlacement ReadPlacement()
    {
        RefuseOther("cpu-mask", Mask, BatchMask);
        RefuseOther("cpu-range", Range, BatchRange);
        RefuseOther("cpu-strict", Strict, BatchStrict ?? Strict);
        RefuseOther("prio", Priority, BatchPriority ?? Priority);
        RefuseOther("poll", Poll, BatchPoll ?? Poll);
        return new ThreadPlacement
        {
            Processors = ProcessorList.Read(Mask, Range),
            OneProcessorEach = EngineMapping.InRange("--cpu-strict", Strict, 0, 1) == 1,
            Priority = (ComputePriority)EngineMapping.InRange("--prio", Priority, -1, 3),
            SpinMicroseconds = EngineMapping.InRange("--poll", Poll, 0, 100),
            Numa = Numa is null ? NumaPlacement.None : Enum.Parse<NumaPlacement>(Numa, ignoreCase: true),
        };
    }

    private static void RefuseOther<T>(string flag, T value, T batch)
    {
        if (batch is not null && !batch.Equals(value))
            throw new UsageException($"--{flag}-batch: the same threads compute prompts and answers here; leave it out, or give --{flag} the same value");
    }
}
