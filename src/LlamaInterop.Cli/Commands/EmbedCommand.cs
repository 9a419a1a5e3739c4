using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Cli.Text;

namespace LlamaInterop.Cli.Commands;

/// <summary>
/// <c>embed</c>: a text's embedding, as a line of numbers on stdout or as raw little-endian f32 in a file that appears only when whole.
/// The cache is f32 unless told otherwise.
/// </summary>
internal static class EmbedCommand
{
    public static int Run(EmbedOptions options, Terminal terminal)
    {
        if (new[] { options.Prompt, options.File, options.Tokens }.Count(value => value is not null) != 1)
            throw new UsageException("one of -p, -f or --tokens is needed, and only one");
        if (options.Output?.Length == 0)
            throw new UsageException("-o, the file to write, is empty");
        int[]? given = options.Tokens is null ? null : TokenList.Parse(options.Tokens);
        byte[] text = options.File is null ? Encoding.UTF8.GetBytes(options.Prompt ?? "") : TextFile.ReadBytesOfText(options.File);
        string path = ModelPath.Of(options, terminal);
        if (options.Output is not null && WholeFile.AreSame(options.Output, path))
            throw new UsageException($"-o: {options.Output} is the model itself");
        using var progress = new ConsoleProgress(terminal, "loading");
        LlamaModelOptions modelOptions = options.ToModelOptions(new LoadProgressLine(progress)).WithExactCache();
        using LlamaModel model = options.LoadModel(path, modelOptions, terminal);
        int[] tokens = given ?? model.Tokenizer.Encode(text, addSpecial: true, parseSpecial: true);
        float[] rows = model.Embed(tokens, options.ToEmbeddingOptions(), terminal.Interrupted);
        if (options.Output is null)
            WriteLines(rows, model.EmbeddingLength, terminal.Output);
        else
            WholeFile.Write(options.Output, stream => stream.Write(MemoryMarshal.AsBytes(rows.AsSpan())));
        return 0;
    }

    /// <summary>A vector a line, its numbers in as many digits as tell them apart.</summary>
    private static void WriteLines(float[] rows, int width, Stream output)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        foreach (float[] row in rows.Chunk(width))
            writer.WriteLine(string.Join(' ', row.Select(value => value.ToString(CultureInfo.InvariantCulture))));
    }
}
