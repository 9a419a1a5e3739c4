using System.Globalization;
using System.Text;
using LlamaInterop.Gguf;

namespace LlamaInterop.Cli.Output;

/// <summary>A GGUF file as text: what it is, its metadata, its tensors, and what each type takes.</summary>
internal static class GgufListing
{
    private const int LongestValue = 120;

    public static void Write(GgufFile file, Stream output)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), bufferSize: 1 << 15, leaveOpen: true) { NewLine = "\n" };
        WriteHead(file, writer);
        WriteMetadata(file.Metadata, writer);
        WriteTensors(file, writer);
        WriteTypes(file.Tensors, writer);
    }

    private static void WriteHead(GgufFile file, StreamWriter writer)
    {
        long bytes = file.Tensors.Sum(tensor => tensor.ByteLength);
        long parameters = file.Tensors.Sum(tensor => tensor.ElementCount);
        writer.WriteLine($"file        {file.Path}");
        if (file.Parts.Count > 1)
            writer.WriteLine($"parts       {file.Parts.Count}");
        writer.WriteLine($"format      GGUF version {file.Version}, tensors aligned to {file.Alignment} bytes");
        writer.WriteLine($"parameters  {parameters.ToString("N0", CultureInfo.InvariantCulture)}");
        writer.WriteLine($"weights     {ByteSize.Format(bytes)}");
    }

    private static void WriteMetadata(GgufMetadata metadata, StreamWriter writer)
    {
        writer.WriteLine($"\nmetadata: {metadata.Count} keys");
        int width = metadata.Select(pair => pair.Key.Length).DefaultIfEmpty(0).Max();
        foreach (var (key, value) in metadata)
            writer.WriteLine($"  {Printable(key).PadRight(width)}  {value.TypeName}  {Shorten(Printable(value.ToString()))}");
    }

    private static void WriteTensors(GgufFile file, StreamWriter writer)
    {
        writer.WriteLine($"\ntensors: {file.Tensors.Count}");
        int width = file.Tensors.Select(tensor => tensor.Name.Length).DefaultIfEmpty(0).Max();
        foreach (var tensor in file.Tensors)
        {
            string shape = string.Join(" x ", tensor.Dimensions.ToArray());
            writer.WriteLine($"  {Printable(tensor.Name).PadRight(width)}  {tensor.Type,-8}  {shape,-24}  {ByteSize.Format(tensor.ByteLength),12}");
        }
    }

    private static void WriteTypes(IReadOnlyList<GgufTensorInfo> tensors, StreamWriter writer)
    {
        writer.WriteLine("\ntypes:");
        foreach (var group in tensors.GroupBy(tensor => tensor.Type).OrderByDescending(group => group.Sum(tensor => tensor.ByteLength)))
            writer.WriteLine($"  {group.Key,-8}  {group.Count(),5} tensors  {ByteSize.Format(group.Sum(tensor => tensor.ByteLength)),12}");
    }

    private static string Shorten(string text) => text.Length <= LongestValue ? text : text[..LongestValue] + "...";

    /// <summary>A file's texts must not move the cursor or recolour the terminal.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(char.IsControl))
            return text;
        var builder = new StringBuilder();
        foreach (char letter in text)
        {
            _ = letter switch
            {
                '\n' => builder.Append("\\n"),
                '\t' => builder.Append("\\t"),
                '\r' => builder.Append("\\r"),
                _ when char.IsControl(letter) => builder.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => builder.Append(letter),
            };
        }
        return builder.ToString();
    }
}
