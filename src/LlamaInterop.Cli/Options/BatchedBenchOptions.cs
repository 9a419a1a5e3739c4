using CommandLine;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>batched-bench</c>; names are llama-batched-bench's.</summary>
internal sealed class BatchedBenchOptions : EngineOptions
{
    private const string Section = "Measuring";
    private const string FewTokens = "128";
    private const string UpToSixteen = "1,2,4,8,16";
    private const int MostTokens = 1 << 24;
    private const int MostSequences = 1024;

    [Option("npp", MetaValue = "N,...", HelpText = "tokens of a prompt" + FlagAttribute.Repeated)]
    [Flag(Section, Aliases = ["-npp"], DefaultText = FewTokens)]
    public IEnumerable<string> Prompts { get; set; } = [];

    [Option("ntg", MetaValue = "N,...", HelpText = "tokens that a sequence decodes" + FlagAttribute.Repeated)]
    [Flag(Section, Aliases = ["-ntg"], DefaultText = FewTokens)]
    public IEnumerable<string> Generated { get; set; } = [];

    [Option("npl", MetaValue = "N,...", HelpText = "sequences that run together" + FlagAttribute.Repeated)]
    [Flag(Section, Aliases = ["-npl"], DefaultText = UpToSixteen)]
    public IEnumerable<string> Sequences { get; set; } = [];

    [Option("pps", HelpText = "compute one prompt, from which all sequences go on")]
    [Flag(Section, Aliases = ["-pps"])]
    public bool IsPromptShared { get; set; }

    [Option("tgs", HelpText = "let the sequences decode one after the other")]
    [Flag(Section, Aliases = ["-tgs"])]
    public bool IsDecodeSeparate { get; set; }

    [Option("output-format", Default = "md", MetaValue = "FORMAT", HelpText = "a Markdown table or JSON lines, with llama-batched-bench's columns")]
    [Flag(Section, Choices = ["md", "jsonl"])]
    public string OutputFormat { get; set; } = "md";

    /// <summary>The tests that are asked for.</summary>
    /// <exception cref="UsageException">A number is out of range, or nothing is to be measured.</exception>
    public IReadOnlyList<BatchedTest> ReadTests()
    {
        List<BatchedTest> tests =
        [
            .. BatchedTest.Combine(
                NumberList.Read("-npp", Prompts.DefaultIfEmpty(FewTokens), 0, MostTokens), NumberList.Read("-ntg", Generated.DefaultIfEmpty(FewTokens), 0, MostTokens),
                NumberList.Read("-npl", Sequences.DefaultIfEmpty(UpToSixteen), 1, MostSequences), IsPromptShared, IsDecodeSeparate),
        ];
        if (tests.Count == 0)
            throw new UsageException("-npp and -ntg are both 0: there is nothing to measure");
        if (!tests.Exists(HasRoom))
            throw new UsageException($"-c: {ContextSize} tokens have room for none of the tests, the smallest of which needs {tests.Min(test => test.Tokens)}");
        return tests;
    }

    /// <summary>Whether the context holds all sequences of a test; without <c>-c</c> it is as large as the tests need.</summary>
    public bool HasRoom(BatchedTest test) => ContextSize <= 0 || test.Tokens <= ContextSize;
}
