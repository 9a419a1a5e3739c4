using System.Text;
using System.Text.Json;
using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Text;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>detokenize</c>: the text of ids, or of each array of ids in a stream of JSON lines.</summary>
internal static class DetokenizeCommand
{
    public static int Run(DetokenizeOptions options, Terminal terminal)
    {
        var source = TextSource.Choose(options.JsonLines, ("--tokens", options.Tokens), ("-f", options.File));
        var tokenizer = TokenizerLoader.Load(options, terminal);
        if (source is null)
            JsonLines.Convert(terminal, (line, writer) => WriteText(writer, Decode(tokenizer, TokenList.FromJson(line))));
        else
            WriteOne(Decode(tokenizer, TokenList.Parse(Encoding.UTF8.GetString(source.Value.ReadBytes()))), options.Json, terminal.Output);
        return 0;
    }

    private static byte[] Decode(Tokenizer tokenizer, int[] ids)
    {
        foreach (int id in ids)
        {
            if (id >= tokenizer.Vocabulary.Count)
                throw new InvalidDataException($"{id} is not a token: the vocabulary has {tokenizer.Vocabulary.Count}");
        }
        return tokenizer.Decode(ids, special: true);
    }

    private static void WriteOne(byte[] text, bool asJson, Stream output)
    {
        if (!asJson)
        {
            output.Write(text);
            return;
        }
        using (var writer = new Utf8JsonWriter(output, JsonText.Compact))
            WriteText(writer, text);
        output.WriteByte((byte)'\n');
    }

    /// <summary>The text for people, the bytes for programs: tokens may end inside a character.</summary>
    private static void WriteText(Utf8JsonWriter writer, byte[] text)
    {
        writer.WriteStartObject();
        writer.WriteString("text", Encoding.UTF8.GetString(text));
        writer.WriteString("hex", Convert.ToHexStringLower(text));
        writer.WriteEndObject();
    }
}
