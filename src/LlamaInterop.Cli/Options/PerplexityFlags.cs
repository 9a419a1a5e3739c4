using CommandLine;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>perplexity</c>; they are llama-perplexity's.</summary>
internal sealed class PerplexityFlags : TextEngineOptions
{
    private const string Section = "Perplexity";
    private const string Divergence = "Divergence from a base model";
    private const string Tasks = "Tasks";

    [Option("ppl-stride", MetaValue = "N", HelpText = "overlapping windows of the context size and half of this, in each of which the last so many tokens are scored")]
    [Flag(Section, Aliases = ["--stride"], DefaultText = "0, chunks side by side")]
    public int Stride { get; set; }

    [Option("ppl-output-type", MetaValue = "0|1", HelpText = "the running estimate on stderr: 0 as a list, 1 as a table with its error")]
    [Flag(Section, DefaultText = "0")]
    public int OutputType { get; set; }

    [Option("json", HelpText = "write the result as one JSON object")]
    [Flag(Section)]
    public bool Json { get; set; }

    [Option("kl-divergence-base", MetaValue = "FILE", HelpText = "the base model's log-probabilities: written, or read with --kl-divergence")]
    [Flag(Divergence, Aliases = ["--save-all-logits"])]
    public string? BaseFile { get; set; }

    [Option("kl-divergence", HelpText = "compare with the base model's file, whose text and context are used")]
    [Flag(Divergence)]
    public bool KlDivergence { get; set; }

    [Option("hellaswag", HelpText = "score HellaSwag tasks: -f has six lines a task")]
    [Flag(Tasks)]
    public bool Hellaswag { get; set; }

    [Option("hellaswag-tasks", Default = 400, MetaValue = "N", HelpText = "tasks to draw")]
    [Flag(Tasks)]
    public int HellaswagTasks { get; set; }

    [Option("winogrande", HelpText = "score WinoGrande tasks: -f is CSV with number, sentence, two choices, answer")]
    [Flag(Tasks)]
    public bool Winogrande { get; set; }

    [Option("winogrande-tasks", MetaValue = "N", HelpText = "tasks to draw")]
    [Flag(Tasks, DefaultText = "0, all in order")]
    public int WinograndeTasks { get; set; }

    [Option("multiple-choice", HelpText = "score multiple-choice tasks: -bf is llama.cpp's binary file of them")]
    [Flag(Tasks)]
    public bool MultipleChoice { get; set; }

    [Option("multiple-choice-tasks", MetaValue = "N", HelpText = "tasks to draw")]
    [Flag(Tasks, DefaultText = "0, all in order")]
    public int MultipleChoiceTasks { get; set; }

    [Option("binary-file", MetaValue = "FILE", HelpText = "a file of tasks that is no text")]
    [Flag(Tasks, Aliases = ["-bf"])]
    public string? BinaryFile { get; set; }

    /// <summary>Which tasks are asked for; null for none.</summary>
    /// <exception cref="UsageException">More than one measurement is asked for.</exception>
    public ChoiceTaskKind? ReadTaskKind()
    {
        if (new[] { Hellaswag, Winogrande, MultipleChoice, KlDivergence }.Count(asked => asked) > 1)
            throw new UsageException("only one of --kl-divergence, --hellaswag, --winogrande and --multiple-choice can be given");
        return Hellaswag ? ChoiceTaskKind.HellaSwag : Winogrande ? ChoiceTaskKind.WinoGrande : MultipleChoice ? ChoiceTaskKind.MultipleChoice : null;
    }

    /// <summary>Tasks to draw, 0 for all.</summary>
    public int TaskCount(ChoiceTaskKind kind) => kind switch
    {
        ChoiceTaskKind.HellaSwag => EngineMapping.InRange("--hellaswag-tasks", HellaswagTasks, 1, int.MaxValue),
        ChoiceTaskKind.WinoGrande => EngineMapping.InRange("--winogrande-tasks", WinograndeTasks, 0, int.MaxValue),
        _ => EngineMapping.InRange("--multiple-choice-tasks", MultipleChoiceTasks, 0, int.MaxValue),
    };

    /// <summary>Whether the running estimate is a table.</summary>
    /// <exception cref="UsageException">It is neither 0 nor 1.</exception>
    public bool ReadIsTable() => EngineMapping.InRange("--ppl-output-type", OutputType, 0, 1) == 1;

    /// <summary>How the text is cut up.</summary>
    /// <exception cref="UsageException">A number is out of range.</exception>
    public PerplexityOptions ToChunks() => new() { ContextSize = ChunkLength, MaxChunks = MaxChunks, Stride = EngineMapping.InRange("--ppl-stride", Stride, 0, int.MaxValue) };
}
