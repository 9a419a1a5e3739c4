using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>The arguments and flags of <c>quantize</c>; they are llama-quantize's.</summary>
internal sealed class QuantizeFlags : VerbOptions
{
    private const string Types = "Types";
    private const string Weights = "Importance matrix";
    private const string Writing = "Output";

    [Value(0, MetaName = "IN.gguf", Required = true, HelpText = "the model; of a split one, its first part")]
    public string Input { get; set; } = "";

    [Value(1, MetaName = "OUT.gguf", HelpText = "the file to write; may be left out: ggml-model-TYPE.gguf beside the input")]
    public string Second { get; set; } = "";

    [Value(2, MetaName = "TYPE", HelpText = "such as q4_k_m or q8_0, or the number of a file type; a wrong one lists all")]
    public string Third { get; set; } = "";

    [Value(3, MetaName = "THREADS", HelpText = "the same as -t")]
    public string Fourth { get; set; } = "";

    [Option("pure", HelpText = "give all matrices the same type, instead of the mixture")]
    [Flag(Types)]
    public bool Pure { get; set; }

    [Option("leave-output-tensor", HelpText = "leave output.weight as it is")]
    [Flag(Types)]
    public bool LeaveOutputTensor { get; set; }

    [Option("output-tensor-type", MetaValue = "TYPE", HelpText = "element type of output.weight")]
    [Flag(Types)]
    public string? OutputTensorType { get; set; }

    [Option("token-embedding-type", MetaValue = "TYPE", HelpText = "element type of the token embeddings")]
    [Flag(Types)]
    public string? TokenEmbeddingType { get; set; }

    [Option("tensor-type", MetaValue = "REGEX=TYPE", HelpText = "element type of the tensors in whose names the pattern is found; may be repeated, the first that matches counts")]
    [Flag(Types)]
    public IEnumerable<string> TensorTypes { get; set; } = [];

    [Option("tensor-type-file", MetaValue = "FILE", HelpText = "read such rules from a file, divided by blanks or lines")]
    [Flag(Types)]
    public IEnumerable<string> TensorTypeFiles { get; set; } = [];

    [Option("allow-requantize", HelpText = "let tensors that are quantized already be quantized again, which costs quality")]
    [Flag(Types)]
    public bool AllowRequantize { get; set; }

    [Option("imatrix", MetaValue = "FILE", HelpText = "importance matrix: how much each column matters")]
    [Flag(Weights)]
    public string? Imatrix { get; set; }

    [Option("include-weights", MetaValue = "TEXT", HelpText = "let it count only for tensors whose name has this; may be repeated")]
    [Flag(Weights)]
    public IEnumerable<string> IncludeWeights { get; set; } = [];

    [Option("exclude-weights", MetaValue = "TEXT", HelpText = "let it not count for tensors whose name has this; may be repeated")]
    [Flag(Weights)]
    public IEnumerable<string> ExcludeWeights { get; set; } = [];

    [Option("dry-run", HelpText = "list each tensor's type and size, and write nothing")]
    [Flag(Writing)]
    public bool DryRun { get; set; }

    [Option("keep-split", HelpText = "write as many parts as the input has")]
    [Flag(Writing)]
    public bool KeepSplit { get; set; }

    [Option("override-kv", MetaValue = "KEY=TYPE:VALUE", HelpText = "set a metadata key of the output; TYPE is int, float, bool or str; may be repeated")]
    [Flag(Writing)]
    public IEnumerable<string> OverrideKv { get; set; } = [];

    [Option("prune-layers", MetaValue = "N,...", HelpText = "leave out layers; those behind them move up")]
    [Flag(Writing)]
    public string? PruneLayers { get; set; }

    [Option('t', "threads", MetaValue = "N", HelpText = "threads that encode")]
    [Flag(Writing, DefaultText = "one for each processor")]
    public int? Threads { get; set; }
}
