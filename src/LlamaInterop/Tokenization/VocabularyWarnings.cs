namespace LlamaInterop.Tokenization;

/// <summary>What is odd about a vocabulary, one printable line each, which begins with the file's path.</summary>
internal sealed class VocabularyWarnings(string path)
{
    private const int MaxLength = 500;

    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Adds a line. Texts in it come from the file: they may be very long, or hold line ends and terminal sequences.</summary>
    public void Add(string text)
    {
        string line = text.Length <= MaxLength ? text : $"{text.AsSpan(0, MaxLength)} ...";
        _lines.Add($"{path}: {string.Concat(line.Select(c => char.IsControl(c) ? '\uFFFD' : c))}");
    }
}
