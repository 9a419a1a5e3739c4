using System.Text;

namespace LlamaInterop.Tools;

/// <summary>WinoGrande as llama.cpp reads it: lines of number, sentence with a blank (_), two choices and which is right (1 or 2), by commas.</summary>
internal static class WinoGrandeFile
{
    private const int Fields = 5;

    public static ChoiceTask[] Read(string path, ReadOnlySpan<byte> content) =>
    [
        .. Encoding.UTF8.GetString(content).Split('\n').Select((line, i) => (Line: line.TrimEnd('\r'), Number: i + 1))
            .Where(row => row.Line.Length > 0).Select(row => ToTask(path, row.Line, row.Number)),
    ];

    private static ChoiceTask ToTask(string path, string line, int number)
    {
        string[] fields = Divide(line);
        if (fields.Length != Fields)
            throw new InvalidDataException($"{path}: line {number} has {fields.Length} fields, not {Fields}");
        int blank = fields[1].IndexOf('_');
        if (blank < 0)
            throw new InvalidDataException($"{path}: line {number}: its sentence has no blank (_)");
        if (fields[4].Trim() is not ("1" or "2"))
            throw new InvalidDataException($"{path}: line {number}: its answer is neither 1 nor 2");
        bool isFirst = fields[4].Trim() == "1";
        return new(fields[1][..blank], fields[2..4], fields[1][(blank + 1)..], [isFirst, !isFirst]);
    }

    /// <summary>Commas between quotes do not divide; what follows the fourth that does is one field.</summary>
    private static string[] Divide(string line)
    {
        var fields = new List<string>();
        int start = 0;
        bool isQuoted = false;
        for (int i = 0; i < line.Length && fields.Count < Fields - 1; i++)
        {
            isQuoted ^= line[i] == '"';
            if (isQuoted || line[i] != ',')
                continue;
            fields.Add(Unquote(line[start..i]));
            start = i + 1;
        }
        return [.. fields, line[start..]];
    }

    private static string Unquote(string field) => field is ['"', .., '"'] ? field[1..^1] : field;
}
