using System.Globalization;
using System.Text;

namespace LlamaInterop.Tools;

/// <summary>HellaSwag as llama.cpp reads it: for each task six lines, the context, the right ending's number, and four endings.</summary>
internal static class HellaSwagFile
{
    private const int Lines = 6, Endings = 4;

    public static ChoiceTask[] Read(string path, ReadOnlySpan<byte> content)
    {
        string text = Encoding.UTF8.GetString(content);
        string[] lines = text.Length == 0 ? [] : (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
        if (lines.Length % Lines != 0)
            throw new InvalidDataException($"{path}: has {lines.Length} lines, not {Lines} a task");
        return [.. lines.Chunk(Lines).Select((task, i) => ToTask(path, task, i + 1))];
    }

    private static ChoiceTask ToTask(string path, string[] lines, int number)
    {
        if (!int.TryParse(lines[1], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int right) || right >= Endings)
            throw new InvalidDataException($"{path}: task {number}: its second line is not the number of an ending, 0 to {Endings - 1}");
        return new(lines[0] + " ", lines[2..], "", [.. Enumerable.Range(0, Endings).Select(ending => ending == right)]);
    }
}
