using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>run</c>.</summary>
internal sealed class RunOptions : SamplingFlags
{
    private const string Section = "Text";
    private const string Reports = "Reports";

    [Option('p', "prompt", MetaValue = "TEXT", HelpText = "what to go on from; used as it is, without a chat template")]
    [Flag(Section)]
    public string? Prompt { get; set; }

    [Option('f', "file", MetaValue = "FILE", HelpText = "read the prompt from a file; a line break at its end is dropped")]
    [Flag(Section)]
    public string? File { get; set; }

    [Option("tokens", MetaValue = "1,2,3", HelpText = "token ids in place of a prompt, taken as given")]
    [Flag(Section)]
    public string? Tokens { get; set; }

    [Option("encoder-tokens", MetaValue = "1,2,3", HelpText = "token ids for the encoder, of a model that has one, in place of a text, which is the encoder's; the decoder goes on from --tokens, else from its start")]
    [Flag(Section)]
    public string? EncoderTokens { get; set; }

    [Option("no-escape", HelpText = "leave \\n, \\r, \\t, \\', \\\", \\\\ and \\xHH in the prompt as they are")]
    [Flag(Section, Opposites = ["-e", "--escape"])]
    public bool NoEscape { get; set; }

    [Option('n', "predict", Default = -1, MetaValue = "N", HelpText = "tokens to write")]
    [Flag(Section, Aliases = ["--n-predict"], DefaultText = "-1, until the model ends or the context is full")]
    public int Predict { get; set; }

    [Option("keep", Default = 0, MetaValue = "N", HelpText = "accepted for llama.cpp's sake: a full context ends the text here, nothing is shifted out")]
    [Flag(Section)]
    public int Keep { get; set; }

    [Option('r', "reverse-prompt", MetaValue = "TEXT", HelpText = "stop where this is written; repeat the flag for more")]
    [Flag(Section, Aliases = ["--stop"])]
    public IEnumerable<string> Stop { get; set; } = [];

    [Option("no-display-prompt", HelpText = "write only what the model adds")]
    [Flag(Section, Opposites = ["--display-prompt"])]
    public bool NoDisplayPrompt { get; set; }

    [Option("color", Default = "auto", MetaValue = "on|off|auto", HelpText = "show the prompt in a colour of its own")]
    [Flag(Section, Aliases = ["-co"], Choices = ["on", "off", "auto"], Implied = "on")]
    public string Color { get; set; } = "auto";

    [Option("json", HelpText = "write one JSON object instead of text")]
    [Flag(Reports)]
    public bool Json { get; set; }

    [Option("logprobs", Default = 0, MetaValue = "N", HelpText = "with --json: the N best tokens of each step")]
    [Flag(Reports)]
    public int LogProbs { get; set; }

    /// <summary>How many of the best tokens of each step are recorded.</summary>
    /// <exception cref="UsageException">It is negative, or given without <c>--json</c>, where it would not be seen.</exception>
    public int ReadLogProbs()
    {
        if (LogProbs < 0)
            throw new UsageException($"--logprobs: {LogProbs} is less than 0");
        return LogProbs == 0 || Json ? LogProbs : throw new UsageException("--logprobs needs --json");
    }

    [Option("dump-program", HelpText = "list the program that the backend executes")]
    [Flag(Reports)]
    public bool DumpProgram { get; set; }

    [Option("profile", HelpText = "time each op of the program")]
    [Flag(Reports)]
    public bool Profile { get; set; }
}
