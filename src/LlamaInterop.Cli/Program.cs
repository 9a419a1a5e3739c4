using LlamaInterop.Cli.Commands;
using LlamaInterop.Cli.Options;

namespace LlamaInterop.Cli;

/// <summary>The program: its verbs, and where the process hands over to them.</summary>
internal static class Program
{
    /// <summary>Every verb, in the order that the help lists them.</summary>
    internal static IReadOnlyList<Verb> Verbs { get; } =
    [
        Verb.Of<RunOptions>("run", "[-m FILE] [-p TEXT | -f FILE | --tokens 1,2,3]", "write on from a text", RunCommand.Run),
        Verb.Of<LogitsOptions>("logits", "[-m FILE] (-p TEXT | --tokens 1,2,3) -o OUT.f32", "write the logits of a text", LogitsCommand.Run),
        Verb.Of<EmbedOptions>("embed", "[-m FILE] (-p TEXT | -f FILE | --tokens IDS) [-o OUT]", "turn a text into a vector", EmbedCommand.Run),
        Verb.Of<QuantizeFlags>("quantize", "IN.gguf [OUT.gguf] TYPE [THREADS]", "write a model in smaller element types", QuantizeCommand.Run),
        Verb.Of<ImatrixFlags>("imatrix", "[-m FILE] -f TEXT [-o OUT.gguf]", "learn from a text which weights matter", ImatrixCommand.Run),
        Verb.Of<PerplexityFlags>("perplexity", "[-m FILE] -f TEXT [-c 512] [--chunks N]", "measure how well a model foretells a text", PerplexityCommand.Run),
        Verb.Of<QualityFlags>("quality", "[-m BASE] -f TEXT [--types q8_0,q4_k_m,...]", "compare what a model becomes in several types", QualityCommand.Run),
        Verb.Of<BenchOptions>("bench", "[-m FILE | --synthetic SHAPE:TYPE] [-p N] [-n N]", "measure tokens a second", BenchCommand.Run),
        Verb.Of<BatchedBenchOptions>("batched-bench", "[-m FILE] [-npp N] [-ntg N] [-npl 1,2,4]", "measure sequences that run together", BatchedBenchCommand.Run),
        Verb.Of<ConvertFlags>("convert", "DIR|FILE [-o OUT.gguf] [--outtype TYPE]", "turn a model of another format into GGUF", ConvertCommand.Run),
        Verb.Of<TokenizeOptions>("tokenize", "[-m FILE] (-p TEXT | -f FILE | --jsonl)", "turn text into token ids", TokenizeCommand.Run),
        Verb.Of<DetokenizeOptions>("detokenize", "[-m FILE] (--tokens 1,2,3 | -f FILE | --jsonl)", "turn token ids into text", DetokenizeCommand.Run),
        Verb.Of<InfoOptions>("info", "FILE [--json]", "show what a GGUF file holds", InfoCommand.Run),
        Verb.Of<PullOptions>("pull", "hf.co/ORG/REPO[:QUANT]", "download a model", PullCommand.Run),
        Verb.Of<InfoOptions>("gguf dump", "FILE [--json]", "the same as info", InfoCommand.Run),
        Verb.Of<GgufFileOptions>("gguf check", "FILE", "look for elements that are not finite", GgufCheckCommand.Run),
        Verb.Of<GgufDiffOptions>("gguf diff", "A B", "say what two GGUF files have different", GgufDiffCommand.Run),
        Verb.Of<GgufHashOptions>("gguf hash", "FILE [--sha256] [--check MANIFEST]", "hash tensors", GgufHashCommand.Run),
        Verb.Of<GgufSetOptions>("gguf set", "FILE KEY VALUE [--type TYPE] [-o OUT]", "change a metadata key", GgufSetCommand.Run),
        Verb.Of<GgufSplitOptions>("gguf split", "FILE [PREFIX] [--max-size 2G]", "divide a model into parts", GgufSplitCommand.Run),
        Verb.Of<GgufMergeOptions>("gguf merge", "FIRST OUT", "join the parts of a model", GgufMergeCommand.Run),
        Verb.Of<DevicesOptions>("devices", "", "list what can compute", DevicesCommand.Run),
    ];

    private static int Main(string[] args)
    {
        using var terminal = Terminal.OfProcess();
        return Dispatcher.Run(Verbs, args, terminal);
    }
}
