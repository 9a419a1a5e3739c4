using System.Globalization;
using System.Text;
using System.Text.Json;
using LlamaInterop.Cli.Text;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>How a model did at tasks, on stdout, in llama.cpp's words or as JSON.</summary>
internal static class ChoiceReport
{
    public static void Write(ChoiceResult result, ChoiceTaskKind kind, bool asJson, Stream output)
    {
        if (asJson)
            WriteJson(result, output);
        else
            output.Write(Encoding.UTF8.GetBytes(ToText(result, kind)));
    }

    /// <summary>The score so far: tasks, percentage, and the interval of 95 % confidence.</summary>
    public static string Running(ChoiceResult result) => string.Create(CultureInfo.InvariantCulture,
        $"{result.Tasks}\t{100 * result.Accuracy.Value:F8}%\t[{100 * result.Interval.Low:F4}%, {100 * result.Interval.High:F4}%]");

    private static string ToText(ChoiceResult result, ChoiceTaskKind kind) => kind switch
    {
        ChoiceTaskKind.HellaSwag => Running(result) + "\n",
        ChoiceTaskKind.WinoGrande => $"Final Winogrande score({result.Tasks} tasks): {Percent(result.Accuracy)}\n",
        _ => $"Final result: {Percent(result.Accuracy)}\nRandom chance: {Percent(result.Chance)}\n",
    };

    private static string Percent(Estimate share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share.Value:F4} +/- {100 * share.Error:F4}");

    private static void WriteJson(ChoiceResult result, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, JsonText.Compact))
        {
            json.WriteStartObject();
            json.WriteNumber("accuracy", result.Accuracy.Value);
            json.WriteNumber("error", result.Accuracy.Error);
            json.WriteNumber("tasks", result.Tasks);
            json.WriteNumber("correct", result.Correct);
            json.WriteNumber("chance", result.Chance.Value);
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }
}

/// <summary>The score so far, on stderr: a bar for a person who watches, else a line a task.</summary>
internal sealed class ChoiceProgressLine(int tasks, Terminal terminal) : IProgress<ChoiceResult>, IDisposable
{
    private readonly ConsoleProgress _bar = new(terminal, "tasks");

    public void Report(ChoiceResult value)
    {
        if (terminal.ErrorIsTerminal)
            _bar.Report((double)value.Tasks / tasks, string.Create(CultureInfo.InvariantCulture, $"[{value.Tasks}] {100 * value.Accuracy.Value:F2} %"));
        else
            terminal.Error.WriteLine(ChoiceReport.Running(value));
    }

    public void Dispose() => _bar.Dispose();
}
