using System.Globalization;
using System.Text;
using System.Text.Json;
using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Text;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>tokenize</c>: the ids of a text, or of each text in a stream of JSON lines.</summary>
internal static class TokenizeCommand
{
    public static int Run(TokenizeOptions options, Terminal terminal)
    {
        var source = TextSource.Choose(options.JsonLines, ("-p", options.Prompt), ("-f", options.File));
        var tokenizer = TokenizerLoader.Load(options, terminal);
        if (source is null)
            JsonLines.Convert(terminal, (line, writer) => WriteIds(writer, Encode(tokenizer, JsonLines.ReadText(line), options)));
        else
            WriteOne(tokenizer, Encode(tokenizer, source.Value.ReadBytes(), options), options.Json, terminal.Output);
        return 0;
    }

    private static int[] Encode(Tokenizer tokenizer, byte[] text, TokenizeOptions options) =>
        tokenizer.Encode(text, addSpecial: !options.NoBos, parseSpecial: options.ParseSpecial);

    private static void WriteOne(Tokenizer tokenizer, int[] ids, bool asJson, Stream output)
    {
        if (!asJson)
        {
            WriteTable(tokenizer, ids, output);
            return;
        }
        using (var writer = new Utf8JsonWriter(output, JsonText.Compact))
            WriteIds(writer, ids);
        output.WriteByte((byte)'\n');
    }

    private static void WriteIds(Utf8JsonWriter writer, int[] ids)
    {
        writer.WriteStartArray();
        foreach (int id in ids)
            writer.WriteNumberValue(id);
        writer.WriteEndArray();
    }

    /// <summary>A line for each token: its id, and its text as JSON would have it.</summary>
    private static void WriteTable(Tokenizer tokenizer, int[] ids, Stream output)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        var piece = new byte[tokenizer.MaxPieceBytes];
        foreach (int id in ids)
        {
            int length = tokenizer.PieceBytes(id, special: true, piece);
            string text = JsonEncodedText.Encode(piece.AsSpan(0, length), JsonText.Compact.Encoder).ToString();
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{id,7}  \"{text}\""));
        }
    }
}
