using System.Text;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>A vocabulary as it is put together from a model's files, in GGUF's terms, until <see cref="VocabularyWriter"/> writes it.</summary>
/// <param name="path">The file that the tokens come from; errors name it.</param>
/// <param name="model"><c>tokenizer.ggml.model</c>.</param>
internal sealed class VocabularyDraft(string path, string model)
{
    /// <summary>Twice as many as the largest vocabulary has (XLM-V).</summary>
    public const int MaxTokens = 1 << 21;

    // Readers of GGUF take no longer ones: finding the ways to merge a token takes time quadratic in its length.
    private const int MaxTokenBytes = 1024;

    private readonly List<DraftToken> _tokens = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    public string Path => path;

    public string Model { get; set; } = model;

    /// <summary><c>tokenizer.ggml.pre</c>.</summary>
    public string PreTokenizer { get; set; } = "default";

    /// <summary>Whether the scores of the tokens mean anything.</summary>
    public bool HasScores { get; init; }

    /// <summary>Spaces in tokens are written U+2581, but for user-defined tokens.</summary>
    public bool EscapesSpaces => Model is not ("gpt2" or "bert") || PreTokenizer == PreTokenizerNames.Characters;

    /// <summary>The pairs of byte-pair encoding, most urgent first, each two texts with a space between; null for the other models.</summary>
    public IReadOnlyList<string>? Merges { get; set; }

    /// <summary>SentencePiece's compiled normalization rules; null for none.</summary>
    public byte[]? CharacterMap { get; set; }

    /// <summary>Keys of the form <c>tokenizer.ggml.NAME</c> that are true or false.</summary>
    public OrderedDictionary<string, bool> Switches { get; } = [];

    /// <summary>Keys of <see cref="Tokenization.ExactKeys"/> that are true.</summary>
    public SortedSet<string> ExactKeys { get; } = new(StringComparer.Ordinal);

    /// <summary>The ids of the tokens that have a role: <c>bos</c>, <c>eos</c>.</summary>
    public OrderedDictionary<string, int> Roles { get; } = [];

    public int Count => _tokens.Count;

    public DraftToken this[int id] => _tokens[id];

    /// <summary>Gives a token its text, or another one; ids that are skipped are of no use.</summary>
    /// <exception cref="ImportException">The id or the text is impossible.</exception>
    public void Set(int id, string text, TokenType type, float score = 0)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        if (length > MaxTokenBytes)
            throw new ImportException(ImportCheck.Token, path, $"token {id} is {length} bytes long; at most {MaxTokenBytes} are allowed");
        if (id is < 0 or >= MaxTokens)
            throw new ImportException(ImportCheck.Token, path, $"token '{text}' has the id {id}, which is not from 0 to {MaxTokens - 1}");
        while (_tokens.Count <= id)
            _tokens.Add(default);
        if (_tokens[id].Text is { } replaced && _ids.TryGetValue(replaced, out int owner) && owner == id)
            _ids.Remove(replaced);
        _tokens[id] = new(text, type, score);
        _ids.TryAdd(text, id);
    }

    /// <summary>Appends a token.</summary>
    public void Add(string text, TokenType type, float score = 0) => Set(Count, text, type, score);

    /// <summary>Changes what a token is.</summary>
    public void Retype(int id, TokenType type) => _tokens[id] = _tokens[id] with { Type = type };

    /// <summary>The id of a text, of several the one that came first; or -1.</summary>
    public int Find(ReadOnlySpan<char> text) => _ids.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out int id) ? id : -1;

    public ImportException Refuse(ImportCheck check, string reason) => new(check, path, reason);
}
