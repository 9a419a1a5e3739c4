using System.Runtime.InteropServices;
using System.Text;
using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Cli.Text;

namespace LlamaInterop.Cli.Commands;

/// <summary>
/// <c>logits</c>: the raw little-endian f32 logits of the last position, or of all, written to a file that appears only when whole.
/// The cache is f32 unless told otherwise: this verb exists for exactness.
/// </summary>
internal static class LogitsCommand
{
    public static int Run(LogitsOptions options, Terminal terminal)
    {
        if (string.IsNullOrEmpty(options.Output))
            throw new UsageException("-o, the file to write, is missing");
        ReadTokens(options, out int[]? given, out int[]? encoderTokens);
        string path = ModelPath.Of(options, terminal);
        if (WholeFile.AreSame(options.Output, path))
            throw new UsageException($"-o: {options.Output} is the model itself");
        using var progress = new ConsoleProgress(terminal, "loading");
        LlamaModelOptions modelOptions = options.ToModelOptions(new LoadProgressLine(progress)).WithExactCache();
        using LlamaModel model = options.LoadModel(path, modelOptions, terminal);
        int[]? text = options.Prompt is null ? null : model.Tokenizer.Encode(Encoding.UTF8.GetBytes(options.Prompt), addSpecial: true, parseSpecial: true);
        (int[] tokens, int[] encoder) = model.Divide(text, given, encoderTokens);
        WholeFile.Write(options.Output, stream => model.Evaluate(
            tokens, options.All, (logits, _) => stream.Write(MemoryMarshal.AsBytes(logits)), terminal.Interrupted, encoder));
        return 0;
    }

    private static void ReadTokens(LogitsOptions options, out int[]? tokens, out int[]? encoderTokens)
    {
        if (options.Prompt is null == (options.Tokens is null && options.EncoderTokens is null))
            throw new UsageException("one of -p or --tokens is needed, and only one");
        tokens = options.Tokens is null ? null : TokenList.Parse(options.Tokens);
        encoderTokens = options.EncoderTokens is null ? null : TokenList.Parse(options.EncoderTokens, "--encoder-tokens");
    }
}
