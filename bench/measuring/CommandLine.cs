using System.Globalization;

namespace LlamaInterop.Measuring;

/// <summary>The words that a script was called with, from the first to the last. A value that is not what its flag asks for is a <see cref="Failure"/>.</summary>
internal sealed class CommandLine(string[] words)
{
    private const int Most = 1_000_000;

    private int _next;
    private string _flag = "";

    /// <summary>The next flag or word that stands alone; null at the end.</summary>
    public string? Next() => _next < words.Length ? _flag = words[_next++] : null;

    public string Value() => _next < words.Length ? words[_next++] : throw new Failure($"{_flag} needs a value");

    public int Whole(int least) =>
        Value() is var text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= Most
        ? number
        : throw Wrong(text, $"not a whole number from {least} to {Most}");

    /// <summary>A percentage as a share, from 0 to 1.</summary>
    public double Share() => Number(most: 100) / 100;

    public TimeSpan Minutes() => TimeSpan.FromMinutes(Number(Most));

    /// <summary>Names between commas.</summary>
    public string[] Names() => Value() is var text && text.Split(',') is var names && !names.Contains("") ? names : throw Wrong(text, "not a list of names between commas");

    /// <summary>Names between commas, each of them known.</summary>
    public string[] Names(IReadOnlyList<string> known)
    {
        string[] names = Names();
        return names.FirstOrDefault(name => !known.Contains(name)) is { } unknown ? throw Wrong(unknown, $"none of {string.Join(", ", known)}") : names;
    }

    /// <summary>The full path of a file that is there.</summary>
    public string ExistingFile() => FullPath() is var path && File.Exists(path) ? path : throw Wrong(path, "no file");

    /// <summary>The full path of a folder that is there.</summary>
    public string ExistingFolder() => FullPath() is var path && Directory.Exists(path) ? path : throw Wrong(path, "no folder");

    /// <summary>The full path of a file to write.</summary>
    public string WritableFile()
    {
        string path = FullPath();
        return Directory.Exists(path) ? throw Wrong(path, "a folder, not a file")
            : Directory.Exists(Path.GetDirectoryName(path)) ? path
            : throw Wrong(path, "in a folder that is not there");
    }

    /// <summary>A program's file, or its name in the path.</summary>
    public string Program()
    {
        string program = Value();
        Child.Require(program);
        return program;
    }

    public string FullPath() => Value() is { Length: > 0 } path ? Path.GetFullPath(path) : throw new Failure($"{_flag} needs a path");

    private double Number(double most) =>
        Value() is var text && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number <= most
        ? number
        : throw Wrong(text, $"not a number from 0 to {most}");

    private Failure Wrong(string value, string what) => new($"{_flag}: '{value}' is {what}");
}
