using System.Text;
using LlamaInterop.Cli.Options;

namespace LlamaInterop.Cli.Text;

/// <summary>
/// What a run goes on from: ids taken as given, or else bytes of text; neither means nothing but BOS. With ids for an encoder, ids alone,
/// or none where the decoder begins at its start token.
/// </summary>
internal readonly record struct RunPrompt(byte[]? Text, int[]? Tokens, int[]? EncoderTokens = null)
{
    /// <summary>Reads the one of <c>-p</c>, <c>-f</c> and <c>--tokens</c> that was given.</summary>
    /// <exception cref="UsageException">More than one was given, or an id is none.</exception>
    /// <exception cref="IOException">The file cannot be read; the message names it.</exception>
    public static RunPrompt Read(RunOptions options)
    {
        int given = new[] { options.Prompt, options.File, options.Tokens }.Count(value => value is not null);
        if (given > 1)
            throw new UsageException("only one of -p, -f or --tokens can be given");
        if (options.EncoderTokens is not null)
            return OfEncoder(options);
        if (options.Tokens is not null)
            return new(null, TokenList.Parse(options.Tokens));
        byte[] text = options.File is null ? Encoding.UTF8.GetBytes(options.Prompt ?? "") : TextFile.ReadBytesOfText(options.File);
        return new(options.NoEscape ? text : Escapes.Replace(text), null);
    }

    private static RunPrompt OfEncoder(RunOptions options) => options.Prompt is null && options.File is null
        ? new(null, options.Tokens is null ? null : TokenList.Parse(options.Tokens), TokenList.Parse(options.EncoderTokens!, "--encoder-tokens"))
        : throw new UsageException("--encoder-tokens takes the place of -p or -f, which are the encoder's text");

    /// <summary>The stop strings, with the same escapes as the prompt.</summary>
    public static IReadOnlyList<byte[]> ReadStops(RunOptions options) =>
        [.. options.Stop.Select(stop => options.NoEscape ? Encoding.UTF8.GetBytes(stop) : Escapes.Replace(stop))];
}
