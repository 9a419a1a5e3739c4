using System.Globalization;
using System.Runtime.CompilerServices;

namespace LlamaInterop.Measuring;

/// <summary>A script from its command line to its exit code.</summary>
internal static class Script
{
    private const int Failed = 2;

    /// <summary>The exit code: where the script cannot go on, the reason is one line on stderr.</summary>
    /// <param name="words">The script's command line.</param>
    /// <param name="read">Takes a word and reads its value, if it has one; false where it does not know the word.</param>
    /// <param name="work">What follows when all is read.</param>
    /// <param name="source">The script's file: its head comment is what --help prints.</param>
    public static int Run(string[] words, Func<string, CommandLine, bool> read, Action work, [CallerFilePath] string source = "")
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            var line = new CommandLine(words);
            while (line.Next() is { } word)
            {
                if (word is "-h" or "--help")
                {
                    Console.WriteLine(HeadOf(source));
                    return 0;
                }
                if (!read(word, line))
                    throw new Failure($"'{word}' is not known; --help says what is");
            }
            work();
            return 0;
        }
        catch (Exception error) when (error is Failure or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {error.Message}");
            return Failed;
        }
    }

    private static string HeadOf(string source) =>
        string.Join('\n', File.ReadLines(source).Skip(1).TakeWhile(line => line.StartsWith("//")).Select(line => line == "//" ? "" : line[3..]));
}
