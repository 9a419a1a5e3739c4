using System.Text;
using LlamaInterop.Cli.Options;

namespace LlamaInterop.Cli.Text;

/// <summary>What a run goes on from: ids taken as given, or else bytes of text; neither means nothing but BOS.</summary>
internal readonly record struct RunPrompt(byte[]? Text, int[]? Tokens)
{
    /// <summary>Reads the one of <c>-p</c>, <c>-f</c> and <c>--tokens</c> that was given.</summary>
    /// <exception cref="UsageException">More than one was given, or an id is none.</exception>
    /// <exception cref="IOException">The file cannot be read; the message names it.</exception>
    public static RunPrompt Read(RunOptions options)
    {
        int given = new[] { options.Prompt, options.File, options.Tokens }.Count(value => value is not null);
        if (given > 1)
            throw new UsageException("only one of -p, -f or --tokens can be given");
        if (options.Tokens is not null)
            return new(null, TokenList.Parse(options.Tokens));
        byte[] text = options.File is null ? Encoding.UTF8.GetBytes(options.Prompt ?? "") : WithoutLastLineBreak(TextFile.ReadBytes(options.File));
        return new(options.NoEscape ? text : Escapes.Replace(text), null);
    }

    /// <summary>The stop strings, with the same escapes as the prompt.</summary>
    public static IReadOnlyList<byte[]> ReadStops(RunOptions options) =>
        [.. options.Stop.Select(stop => options.NoEscape ? Encoding.UTF8.GetBytes(stop) : Escapes.Replace(stop))];

    private static byte[] WithoutLastLineBreak(byte[] text) => text is [.., (byte)'\n'] ? text[..^1] : text;
}
